// Well-formed gossips of few members, groups and clocks, the node's own calls, the fate of its
// messages and time reach all cores of a node, wired as the simulator wires them. The node's own
// claims stand, its knowledge stays in order, no core throws, and everything that the node says is
// a frame that others can read.

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "actors/topology/anti_entropy.hpp"
#include "messages/codec/codec.hpp"
#include "messages/limits.hpp"
#include "tests/at.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/laws.hpp"
#include "tests/fuzz/some_gossip.hpp"
#include "tests/simulation/sim_node.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t life = 1'763'793'600;
constexpr time_point begun{1h};

/// What a node says and has handled, until its fate is decided.
class surroundings : public simulation::wire {
public:
  /// Beyond these the oldest is never acknowledged, or never handled.
  static constexpr std::size_t open_max = 64;

  void send(const simulation::stream_message& what) override {
    must_be_readable(gossip_of(*what.hop));
    sent.push_back(what);
    if (sent.size() > open_max) sent.pop_front();
  }

  void multicast(gossip what, unsigned) override {
    fuzz::must(must_be_readable(what) <= limits::datagram_bytes_max, "a datagram is short");
  }

  void handle(const net_id&, const handler_call& what) override {
    batches.push_back(what.which);
    if (batches.size() > open_max) batches.pop_front();
  }

  std::deque<simulation::stream_message> sent = {};
  std::deque<batch_identity> batches = {};

private:
  /// The bytes of its frame.
  std::size_t must_be_readable(const gossip& what) {
    const auto body = try_encode(what);
    fuzz::must(body.has_value(), "what is said can be encoded");
    const auto read = decode(*body);
    fuzz::must(read && *read == what, "what is said can be read");
    return codec_.wrap(*body).size();
  }

  frame_codec codec_;
};

/// Removes and returns one of several.
template <class T>
T take_one(std::deque<T>& of, fuzz::choices& in) {
  const auto which = of.begin() + static_cast<std::ptrdiff_t>(in.below(of.size()));
  auto one = std::move(*which);
  of.erase(which);
  return one;
}

class one_node {
public:
  /// The first decisions are what this node wants: nothing, whole groups or a part of the keys.
  explicit one_node(fuzz::choices& in) : in_(in) {
    settings_.multicast = in_.flip();
    settings_.clock_ahead = std::chrono::seconds{life} - begun.time_since_epoch();
    settings_.seeds = {fuzz::member(1)};
    settings_.rings = std::make_shared<rings_cache>();
    if (in_.flip()) settings_.watching = watch_settings{};
    start(simulation::node_memory::fresh(fuzz::member(0), std::chrono::seconds{life}));
    const auto interest = in_.below(3);
    if (interest == 1) join("a", whole_range);
    if (interest == 2) join("a", {0, 99});
  }

  void step() {
    switch (in_.below(16)) {
      default:
        arrive(fuzz::some_gossip(in_, life, node_->memory().next_seqno));
        break;
      case 8:
        agree();
        break;
      case 9:
        call();
        break;
      case 10:
        (void)node_->send({some_group(), std::string{fuzz::tag}}, bytes(1 + in_.below(256)), now_);
        break;
      case 11:
        if (!net_.sent.empty()) node_->acknowledged(take_one(net_.sent, in_), now_);
        break;
      case 12:
        if (!net_.sent.empty()) fail(take_one(net_.sent, in_));
        break;
      case 13:
        if (!net_.batches.empty()) node_->handled(take_one(net_.batches, in_), now_);
        break;
      case 14:
        know();
        break;
      case 15:
        pass_time();
    }
    if (node_->next_wake() <= now_) node_->wake(now_);
    check();
  }

private:
  using failure = simulation::sim_node::failure;

  void start(simulation::node_memory from) {
    node_ = std::make_unique<simulation::sim_node>(std::move(from), settings_, 7, net_, now_);
  }

  void arrive(const gossip& said) {
    const auto path = in_.flip() ? arrival_path::multicast : arrival_path::tcp;
    const auto read = decode(encode(said));
    fuzz::must(read && *read == said, "what is told can be read");
    node_->arrive(
        std::make_shared<const gossip>(*read), path, 0, [](std::uint64_t) {}, now_);
  }

  /// An exchange with a peer that knows the same.
  void agree() {
    rng random{in_.below(4)};
    gossip said;
    said.current_id = {fuzz::member(1 + in_.below(fuzz::members - 1)), in_.below(8)};
    said.summary = request_digest(node_->state(), random);
    said.summary->stage = static_cast<exchange>(in_.below(4));
    if (in_.flip()) said.silent = {{fuzz::member(in_.below(fuzz::members)), 7'200}};
    arrive(said);
  }

  void call() {
    const auto group = some_group();
    const auto range = in_.one_of(fuzz::ranges);
    switch (in_.below(4)) {
      case 0:
        return join(group, range);
      case 1:
        if (node_->change([&](auto& t) { return t.add_item(group, range, 7); }, now_))
          served_[group].insert(range);
        return;
      case 2:
        if (node_->change([&](auto& t) { return t.remove_item(group, range, 7); }, now_))
          served_[group].erase(range);
        return;
      default:
        if (node_->change([&](auto& t) { return t.leave(group); }, now_)) served_[group].clear();
    }
  }

  void join(const std::string& group, key_range range) {
    (void)node_->change([&](auto& t) { return t.join(group, range); }, now_);
  }

  void fail(const simulation::stream_message& what) {
    node_->failed(what, in_.flip() ? failure::refused : failure::no_answer, now_);
  }

  void know() {
    const auto peer = fuzz::member(1 + in_.below(fuzz::members - 1));
    in_.flip() ? node_->reached(peer, now_) : node_->disconnected(peer, now_);
  }

  /// Some time passes; at last the actors begin anew from what outlives them.
  void pass_time() {
    constexpr std::array<duration, 8> times{1ms, 10ms, 150ms, 1s, 5s, 1min, 1h, 25h};
    const auto which = in_.below(times.size() + 1);
    if (which < times.size()) {
      now_ += times[which];
      return;
    }
    net_.sent.clear();
    net_.batches.clear();
    start(node_->memory());
  }

  void check() const {
    const auto& t = node_->state();
    for (const auto& [group, ranges] : served_) fuzz::must_serve(t, group, ranges);
    fuzz::must_be_in_order(t);
    fuzz::must(std::ranges::is_sorted(node_->peers().known()), "peers in order");
  }

  /// Not the last one, where this node makes claims of its own accord.
  std::string some_group() { return std::string{fuzz::groups[in_.below(fuzz::groups.size() - 1)]}; }

  fuzz::choices& in_;
  surroundings net_;
  simulation::node_settings settings_;
  time_point now_ = begun;
  std::unique_ptr<simulation::sim_node> node_;
  std::map<std::string, std::set<key_range>> served_;
};

}  // namespace

/// Each byte of the input is a decision.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::choices in{{data, size}};
  one_node node{in};
  while (!in.empty()) node.step();
  return 0;
}
