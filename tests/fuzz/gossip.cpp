// Gossips and the node's own calls reach the decisions of a node in any order. Its own claims
// stand, its knowledge stays in order, and everything that it decides to send can be encoded.

#include <algorithm>
#include <chrono>
#include <memory>
#include <variant>

#include "actors/arrival/arrival_core.hpp"
#include "actors/broadcast/announcement_batch.hpp"
#include "actors/broadcast/assignments.hpp"
#include "actors/broadcast/audience.hpp"
#include "actors/peers/peer_table.hpp"
#include "actors/topology/anti_entropy.hpp"
#include "actors/topology/gossip_merge.hpp"
#include "actors/topology/topology_table.hpp"
#include "messages/codec/byte_stream.hpp"
#include "messages/codec/codec.hpp"
#include "tests/at.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/laws.hpp"

using namespace scalesmall;

namespace {

const net_id self{ip_address::v4(192, 168, 1, 107), 30000};
constexpr std::string_view group = "Group1";

/// Bound on the entries of one gossip. A few bytes may unfold to far more; merging them takes long
/// and shows nothing else.
constexpr std::size_t entries_max = 10'000;

/// The decisions of a node, wired as its actors wire them.
class cores {
public:
  void arrive(const gossip& arrived, arrival_path path) {
    now_ += std::chrono::milliseconds{10};
    gossip_merge merge{std::make_shared<const gossip>(arrived)};
    for (bool done = false; !done;) {
      auto step = merge.next(table_, std::chrono::seconds{UINT32_MAX});
      if (!step.own_truth.empty()) act(announcement{std::move(step.own_truth)});
      done = step.done;
    }
    const bool known = peers_.knows(arrived.current_id.origin);
    for (auto& effect :
         arrivals_.arrived(arrived, path, merge.outcome(), known, table_.state(), now_)) {
      if (std::holds_alternative<envelope_to_note>(effect))
        table_.forget(peers_.note(arrived, path, now_).long_dead);
      std::visit([this](auto& x) { act(x); }, effect);
    }
    const auto held = arrivals_.due(table_.state(), now_);
    if (!held.empty()) act(announcement{held});
    check();
  }

  void call(std::uint8_t what, std::uint8_t at) {
    const key_range range{at, at};
    if (what == 0 && table_.add_item(std::string{group}, range, 7)) served_.insert(range);
    if (what == 1 && table_.remove_item(std::string{group}, range, 7)) served_.erase(range);
    if (what == 2 && table_.leave(std::string{group})) served_.clear();
    if (what == 3) table_.expire(now_ += std::chrono::minutes{10}, std::chrono::minutes{10});
    if (what == 5) (void)table_.join(std::string{group}, {at, at + 100U});
    if (what == 4) say({{}, {}, request_digest(table_.state(), random_)}, {});
    check();
  }

private:
  void act(request_refused) {}
  void act(hop_refused) {}
  void act(groups_left_out) {}
  void act(envelope_to_note) {}
  void act(const broadcast& x) { say(x.what, x.recipients); }
  void act(const announcement& x) {
    announcement_batch batch{{}};
    batch.add(x.rows);
    const auto rows = batch.take(now_, table_.state());
    say({{}, rows, {}}, {});
    for (const auto& narrow : narrow_audiences(table_.state(), rows))
      say({{}, narrow.rows, {}}, narrow.members);
  }
  void act(const direct& x) { say(x.what, std::vector<net_id>{x.peer}); }
  void act(const long_answer& x) {
    if (x.first) act(*x.first);
  }

  void say(const payload& what, const std::optional<std::vector<net_id>>& recipients) {
    (void)split_for_datagrams(what, codec_);
    const auto ids = peers_.take_ids(1, true, peer_table::seen_ids_per_broadcast);
    auto to = assign(self, peers_.serve_by_tcp(recipients, true, now_)).familiar;
    to.push_back({self, {}});
    for (auto& piece : split_for_stream(what)) {
      piece.silent = silent_among(peers_.silent(now_), piece);
      const auto shared = std::make_shared<const payload>(std::move(piece));
      for (const auto& hop : to) {
        const auto frame = codec_.wrap(encode(gossip_of({ids.first, ids.seen_ids, shared, hop})));
        fuzz::must(decode(*codec_.unwrap(frame)).has_value(), "what is said can be read");
      }
    }
  }

  void check() {
    fuzz::must_serve(table_.state(), group, served_);
    fuzz::must_be_in_order(table_.state());
    fuzz::must(std::ranges::is_sorted(peers_.known()), "peers in order");
  }

  time_point now_ = at(std::chrono::hours{1});
  rng random_{7};
  frame_codec codec_;
  topology_table table_{topology{self, 1763793600}};
  peer_table peers_{self, {}, std::uint64_t{1763793600} << 32 | 1, now_, rng{7}};
  arrival_core arrivals_{self, now_, rng{9}};
  std::set<key_range> served_;
};

}  // namespace

/// The input is a list of steps. Each begins with a byte that says what to do, modulo 8:
/// - 0 (by TCP) or 1 (by multicast): a gossip; follow the size of its body (2 bytes) and the body.
/// - 2 to 7: a call; follows the number of the range (1 byte).
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  cores node;
  byte_reader in{{data, size}};
  while (in.left() > 0) {
    const auto what = in.u8() % 8;
    if (what > 1) {
      node.call(static_cast<std::uint8_t>(what - 2), in.u8());
      continue;
    }
    const auto body_bytes = std::size_t{in.u8()} << 8 | in.u8();
    const auto body = in.raw(std::min(body_bytes, in.left()));
    const auto arrived = decode(body, entries_max);
    if (!arrived) continue;
    // The receiver drops a node's own gossips.
    if (arrived->current_id.origin == self) continue;
    node.arrive(*arrived, what == 1 ? arrival_path::multicast : arrival_path::tcp);
  }
  return 0;
}
