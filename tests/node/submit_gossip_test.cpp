#include "actors/submit_gossip.hpp"

#include <optional>
#include <utility>

#include "actors/node_context.hpp"
#include "actors/peers/peer_table.hpp"
#include "actors/topology/topology.hpp"
#include "actors/topology_db_messages.hpp"
#include "tests/node/world.hpp"

using namespace scalesmall;
using names::nth;

namespace {

/// The actors that deal with gossips; these only note what they are asked for.
struct noting_actors {
  noting_actors() {
    node.self = nth(1);
    node.topology_db = caf::actor_cast<topology_db_actor>(w.system().spawn([this] {
      return caf::behavior{[this](const arrived&) -> caf::result<done> {
        asked += "merge ";
        if (loses_merges) return caf::sec::request_receiver_down;
        return done{};
      }};
    }));
    node.receiver = caf::actor_cast<receiver_actor>(w.system().spawn([this] {
      return caf::behavior{[this](const arrived&) {
                             asked += "take ";
                             return done{};
                           },
                           [this](const merged& all) -> caf::result<done> {
                             asked += "act ";
                             news = all.news;
                             if (loses_news) return caf::sec::request_receiver_down;
                             return done{};
                           }};
    }));
  }

  std::optional<bool> submit_gossip(const gossip& x) {
    std::optional<bool> outcome;
    w.system().spawn([&](caf::event_based_actor* self) {
      scalesmall::submit_gossip(self, node, {std::make_shared<const gossip>(x)},
                                [&](bool done) { outcome = done; });
    });
    w.run();
    return outcome;
  }

  world w;
  node_context node;
  bool loses_merges = false;
  bool loses_news = false;
  std::string asked;
  std::vector<message> news;
};

gossip with_rows() {
  gossip x;
  x.current_id = {nth(2), 1};
  x.messages.push_back({"g", {}, {}});
  x.messages[0].time.advance({nth(2), {5, 0}});
  return x;
}

}  // namespace

TEST_CASE_FIXTURE(noting_actors, "only rows of others are merged") {
  const auto rows = with_rows();
  CHECK(submit_gossip(rows) == true);
  CHECK(std::exchange(asked, {}) == "merge ");

  auto of_nobody = rows;
  of_nobody.messages.clear();
  auto own = rows;
  own.current_id.origin = node.self;
  auto acknowledges = rows;
  acknowledges.acknowledged = {7};
  auto of_programs = rows;
  of_programs.application.emplace();
  for (const auto& x : {of_nobody, own, acknowledges, of_programs}) {
    CHECK(submit_gossip(x) == true);
    CHECK(std::exchange(asked, {}) == "take ");
  }
}

TEST_CASE_FIXTURE(noting_actors, "others are served though a merge is lost") {
  loses_merges = true;
  CHECK(submit_gossip(with_rows()) == true);
  CHECK(asked == "merge act ");
  CHECK(news == with_rows().messages);
  loses_news = true;
  CHECK(submit_gossip(with_rows()) == false);
}
