// Whatever arrives: what a node answers, passes on and announces of it can be written as frames.

#include <algorithm>
#include <type_traits>
#include <variant>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "actors/announcement_batch.hpp"
#include "actors/arrival.hpp"
#include "actors/audience.hpp"
#include "actors/held_news.hpp"
#include "actors/interest.hpp"
#include "messages/codec.hpp"
#include "tests/actors/tables.hpp"
#include "tests/messages/generators.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

namespace {

const net_id self{ip_address::v4(192, 168, 1, 1), 29999};  // somebody of whom gossips speak
const std::vector<key_range> some_ranges{{0, 9}, {2, 3}, {5, 2'000'000'000}};
const frame_codec codec;

/// A node without its actors.
class lone_node {
public:
  void call(unsigned what, const std::string& group, key_range range) {
    const auto outcome = what == 0   ? table_.join(group, range)
                         : what == 1 ? table_.add_item(group, range, 80)
                         : what == 2 ? table_.remove_item(group, range, 80)
                                     : table_.leave(group);
    if (outcome) batch_.add({outcome->row});
  }

  void take(const gossip& sent, arrival_path path) {
    const auto arrived = decode(encode(sent)).value();
    std::vector<message> news;
    std::vector<group_digest> gaps;
    for (const auto& rows : arrived.messages) {
      auto outcome = table_.apply(rows);
      if (!outcome.news.time.empty()) news.push_back(outcome.news);
      batch_.add(outcome.own_truth);
      if (outcome.gap.empty()) continue;
      if (gaps.empty() || gaps.back().group_name != rows.group_name)
        gaps.push_back({rows.group_name, {}, digest_scope::part, 0, interest(rows.group_name)});
      gaps.back().time.merge(outcome.gap);
    }
    const std::vector newcomers{arrived.current_id.origin};
    for (const auto& effect : conclude(arrived, path, {false, arrived.distribution_list}, news,
                                       gaps, newcomers, table_.state()))
      std::visit([this](const auto& x) { act(x); }, effect);
  }

  void announce() {
    batch_.add(held_.take(2s, table_.state()));
    const auto rows = batch_.take(2s, table_.state());
    tell({{}, rows, {}}, {});
    for (const auto& x : narrow_audiences(table_.state(), rows)) tell({{}, x.rows, {}}, {});
  }

private:
  key_set interest(const std::string& group) const { return interest_in(table_.state(), group); }

  template <class Effect>
  void act(const Effect& x) {
    if constexpr (std::is_same_v<Effect, broadcast>) {
      tell(x.what, x.recipients.value_or(std::vector<net_id>{}));
    } else if constexpr (std::is_same_v<Effect, direct>) {
      tell(x.what, {});
    } else if constexpr (std::is_same_v<Effect, exchanged>) {
      held_.hold(x.rows, 0s);
    } else if constexpr (std::is_same_v<Effect, announcement>) {
      batch_.add(x.rows);
    }
  }

  static void tell(const payload& what, const std::vector<net_id>& list) {
    const assignment to{nth(2), list};
    for (const auto& hop : hops_of(split_for_stream(what), {self, 1}, 1'000, {{nth(7), 1}}, {to})) {
      const auto said = gossip_of(*hop);
      RC_ASSERT(decode(encode(said)).value() == said);
    }
    if (!what.summary) (void)split_for_datagrams(what, codec);
  }

  topology_table table_{topology{self, life}};
  announcement_batch batch_{2ms};
  held_news held_{rng{1}};
};

}  // namespace

TEST_CASE("what a node makes of whatever arrives can be written") {
  CHECK(rc::check([] {
    lone_node node;
    const auto steps = *rc::gen::inRange(1, 20);
    for (int i = 0; i < steps; ++i) {
      if (*rc::gen::inRange(0, 3) == 0) {
        const auto range = *rc::gen::elementOf(some_ranges);
        node.call(*rc::gen::inRange(0U, 4U), *generators::group_name(), range);
      } else {
        const auto path = *rc::gen::element(arrival_path::tcp, arrival_path::multicast);
        node.take(*rc::gen::resize(12, rc::gen::arbitrary<gossip>()), path);
      }
      if (*rc::gen::inRange(0, 3) == 0) node.announce();
    }
    node.announce();
  }));
}
