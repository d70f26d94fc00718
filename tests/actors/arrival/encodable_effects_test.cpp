// Whatever arrives, each gossip that a node answers, relays or announces because of it can be
// encoded.

#include <algorithm>
#include <type_traits>
#include <variant>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "actors/arrival/arrival_core.hpp"
#include "actors/broadcast/announcement_batch.hpp"
#include "actors/broadcast/audience.hpp"
#include "actors/topology/gossip_merge.hpp"
#include "messages/codec/codec.hpp"
#include "tests/actors/tables.hpp"
#include "tests/at.hpp"
#include "tests/messages/generators.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

namespace {

/// The random gossips name this node, so they make claims for it, too.
const net_id self{ip_address::v4(192, 168, 1, 1), 29999};
const std::vector<key_range> some_ranges{{0, 9}, {2, 3}, {5, 2'000'000'000}};
const frame_codec codec;

/// The cores of a node without its actors.
class lone_node {
public:
  void call(unsigned what, const std::string& group, key_range range) {
    const auto outcome = what == 0   ? table_.join(group, range)
                         : what == 1 ? table_.add_item(group, range, 80)
                         : what == 2 ? table_.remove_item(group, range, 80)
                                     : table_.leave(group);
    if (outcome) batch_.add({outcome->told});
  }

  void take(const gossip& sent, arrival_path path) {
    const auto arrived = std::make_shared<const gossip>(decode(encode(sent)).value());
    gossip_merge merge{arrived};
    for (bool done = false; !done;) {
      const auto step = merge.next(table_, ++clock_);
      batch_.add(step.own_truth);
      done = step.done;
    }
    const bool known = *rc::gen::arbitrary<bool>();
    for (const auto& effect :
         core_.arrived(*arrived, path, merge.outcome(), known, table_.state(), at(1s)))
      std::visit([this](const auto& x) { act(x); }, effect);
  }

  void announce() {
    batch_.add(core_.due(table_.state(), at(4s)));
    const auto rows = batch_.take(at(4s), table_.state());
    tell({{}, rows, {}}, {});
    for (const auto& x : narrow_audiences(table_.state(), rows)) tell({{}, x.rows, {}}, {});
  }

private:
  template <class Effect>
  void act(const Effect& x) {
    if constexpr (std::is_same_v<Effect, broadcast>) {
      tell(x.what, x.recipients.value_or(std::vector<net_id>{}));
    } else if constexpr (std::is_same_v<Effect, direct>) {
      tell(x.what, {});
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
  std::chrono::seconds clock_{life};
  announcement_batch batch_{2ms};
  arrival_core core_{self, at(0s), rng{1}};
};

}  // namespace

TEST_CASE("what a node makes of any arrival can be encoded") {
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
