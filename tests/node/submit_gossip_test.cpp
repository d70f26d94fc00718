#include "actors/submit_gossip.hpp"

#include <optional>
#include <utility>

#include "actors/assigner_messages.hpp"
#include "actors/node_context.hpp"
#include "actors/peers/peer_table.hpp"
#include "actors/topology/topology.hpp"
#include "actors/topology_db_messages.hpp"
#include "tests/node/world.hpp"

using namespace scalesmall;
using names::nth;

namespace {

/// Stand-ins for the actors that take gossips. They only note the requests.
struct noting_actors {
  noting_actors() {
    node.self = nth(1);
    node.topology_db = caf::actor_cast<topology_db_actor>(w.system().spawn([this] {
      return caf::behavior{[this](const arrived&) -> caf::result<done> {
        asked += "merge ";
        if (loses_merges) return caf::sec::request_receiver_down;
        if (refuses) return caf::make_error(call_error::limit_exceeded);
        if (fails) return caf::make_error(caf::sec::runtime_error);
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
                             news = all.outcome.news;
                             if (loses_news) return caf::sec::request_receiver_down;
                             return done{};
                           }};
    }));
  }

  void take_messages() {
    node.messenger = caf::actor_cast<messenger_actor>(w.system().spawn([this] {
      return caf::behavior{[this](const arrived&) {
        asked += "deliver ";
        return done{};
      }};
    }));
    node.peer_db = caf::actor_cast<peer_db_actor>(w.system().spawn(
        [this] { return caf::behavior{[this](const note_gossip&) { asked += "note "; }}; }));
  }

  std::optional<bool> submit_gossip(const gossip& x) {
    std::optional<bool> outcome;
    w.system().spawn([&](caf::event_based_actor* self) {
      scalesmall::submit_gossip(self, node, {std::make_shared<const gossip>(x)},
                                [&](const submission& became) {
                                  outcome = became.done;
                                  failed = became.failed;
                                });
    });
    w.run();
    return outcome;
  }

  world w;
  node_context node;
  bool loses_merges = false;
  bool loses_news = false;
  bool refuses = false;
  bool fails = false;
  bool failed = false;
  std::string asked;
  std::vector<row_mark> news;
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
  for (const auto& x : {of_nobody, own}) {
    CHECK(submit_gossip(x) == true);
    CHECK(std::exchange(asked, {}) == "take ");
  }
}

TEST_CASE_FIXTURE(noting_actors,
                  "program messages go to the messenger, and the peer_db hears of it") {
  take_messages();
  auto acknowledges = with_rows();
  acknowledges.acknowledged = {7};
  auto of_programs = with_rows();
  of_programs.application.emplace();
  for (const auto& x : {acknowledges, of_programs}) {
    CHECK(submit_gossip(x) == true);
    // Two actors take their turns in any order.
    CHECK(((asked == "note deliver ") || (asked == "deliver note ")));
    asked.clear();
  }
}

TEST_CASE_FIXTURE(noting_actors, "rows are relayed even if their merge is lost") {
  loses_merges = true;
  CHECK(submit_gossip(with_rows()) == true);
  CHECK(asked == "merge act ");
  CHECK(news == marks_of(with_rows().messages));
  loses_news = true;
  CHECK(submit_gossip(with_rows()) == false);
}

TEST_CASE_FIXTURE(noting_actors, "a refused gossip is not submitted again") {
  refuses = true;
  CHECK(submit_gossip(with_rows()) == false);
  CHECK(asked == "merge ");
}

TEST_CASE_FIXTURE(noting_actors,
                  "a gossip that could not be merged has failed and is not relayed") {
  CHECK(submit_gossip(with_rows()) == true);
  CHECK_FALSE(failed);
  fails = true;
  asked.clear();
  CHECK(submit_gossip(with_rows()) == false);
  CHECK(failed);
  CHECK(asked == "merge ");
}
