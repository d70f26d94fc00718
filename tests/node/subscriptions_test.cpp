#include <set>

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include "tests/node/world.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nth;

namespace {

using told = std::shared_ptr<std::vector<group_update>>;

/// A subscriber that notes its updates.
subscriber_actor note_taker(caf::actor_system& system, const told& notes) {
  return caf::actor_cast<subscriber_actor>(system.spawn([notes](caf::event_based_actor*) {
    return caf::behavior{[notes](const group_update& x) { notes->push_back(x); }};
  }));
}

/// Node 1 with a subscriber.
struct audience {
  world w;
  told notes = std::make_shared<std::vector<group_update>>();
  subscriber_actor who = note_taker(w.system(), notes);

  explicit audience(std::optional<std::string> group = "g") {
    w.start(1);
    caf::anon_send(w[1].subscriptions(), subscribe{std::move(group), who});
    w.run();
  }

  /// The owners according to all updates so far.
  std::vector<range_owner> owners(const std::string& group) const {
    std::set<range_owner> known;
    for (const auto& update : *notes) {
      if (update.group != group) continue;
      if (update.snapshot) known.clear();
      for (const auto& event : update.events) {
        if (const auto* x = std::get_if<range_added>(&event)) CHECK(known.insert(x->what).second);
        if (const auto* x = std::get_if<range_removed>(&event)) CHECK(known.erase(x->what) == 1);
      }
    }
    return {known.begin(), known.end()};
  }
};

}  // namespace

TEST_CASE_FIXTURE(audience, "a subscriber of a group gets a snapshot, then each change") {
  REQUIRE(notes->size() == 1);
  CHECK(notes->at(0) == group_update{"g", true, {}});
  REQUIRE(w.add_item(1, "g", {0, 9}));
  REQUIRE(w.add_item(1, "other", {0, 9}));
  REQUIRE(notes->size() == 2);
  CHECK(!notes->at(1).snapshot);
  CHECK(notes->at(1).events.size() == 2);
  REQUIRE(w.remove_item(1, "g", {0, 9}));
  REQUIRE(notes->size() == 3);
  CHECK(owners("g").empty());
}

TEST_CASE_FIXTURE(audience, "a subscriber gets the changes of other nodes") {
  w.start(2, {nth(1)});
  REQUIRE(w.add_item(2, "g", {0, 9}, 81));
  w.advance(3s);
  CHECK(owners("g") == std::vector<range_owner>{{nth(2), {0, 9}, 81}});
  CHECK(w[1].owners("g", 5) == owners("g"));
  CHECK(w[1].coverage("g").keys_served() == 10);
  CHECK(w[1].version("g") > 0);
  CHECK(w[1].version("other") == 0);
}

TEST_CASE("a subscriber of all groups gets updates of each") {
  audience all{std::nullopt};
  CHECK(all.notes->empty());
  REQUIRE(all.w.join(1, "a"));
  REQUIRE(all.w.add_item(1, "b", {1, 2}));
  REQUIRE(all.notes->size() == 2);
  CHECK(all.notes->at(0).group == "a");
  CHECK(all.notes->at(0).snapshot);
  CHECK(all.owners("b").size() == 1);
}

TEST_CASE_FIXTURE(audience, "no event is lost or repeated when actors crash") {
  std::string path;
  SUBCASE("subscriptions") { path = "group_manager/subscriptions"; }
  SUBCASE("topology_db") { path = "group_manager/topology_db"; }
  REQUIRE(w.add_item(1, "g", {0, 9}));
  REQUIRE(w.crash(1, path));
  w.run();
  REQUIRE(w.add_item(1, "g", {10, 19}));
  w.advance(10ms);
  REQUIRE(w.remove_item(1, "g", {0, 9}));
  CHECK(owners("g") == std::vector<range_owner>{{nth(1), {10, 19}, 80}});
  CHECK(w[1].owners("g", 10) == owners("g"));
  CHECK(w[1].owners("g", 5).empty());
}

TEST_CASE_FIXTURE(audience, "no updates follow after unsubscribing") {
  caf::anon_send(w[1].subscriptions(), unsubscribe{who});
  w.run();
  REQUIRE(w.add_item(1, "g", {0, 9}));
  CHECK(notes->size() == 1);
}

TEST_CASE_FIXTURE(audience, "a subscriber after a time without subscribers gets all changes") {
  caf::anon_send(w[1].subscriptions(), unsubscribe{who});
  w.run();
  REQUIRE(w.add_item(1, "g", {0, 9}));
  notes->clear();
  caf::anon_send(w[1].subscriptions(), subscribe{"g", who});
  w.run();
  CHECK(owners("g") == std::vector<range_owner>{{w[1].id(), {0, 9}, 80}});
  REQUIRE(w.add_item(1, "g", {10, 19}));
  CHECK(owners("g").size() == 2);
}

TEST_CASE_FIXTURE(audience, "a subscriber that ended does not disturb the others") {
  const auto others = std::make_shared<std::vector<group_update>>();
  const auto other = note_taker(w.system(), others);
  caf::anon_send(w[1].subscriptions(), subscribe{"g", other});
  caf::anon_send_exit(who, caf::exit_reason::kill);
  w.run();
  REQUIRE(w.add_item(1, "g", {0, 9}));
  REQUIRE(w.add_item(1, "g", {10, 19}));
  CHECK(notes->size() == 1);
  CHECK(others->size() == 3);
}

TEST_CASE_FIXTURE(audience, "an invalid or reserved group name is refused") {
  for (const auto& name : {std::string(256, 'g'), std::string{"scalesmall.live"}}) {
    caf::scoped_actor self{w.system(), true};
    auto asked = self->request(w[1].subscriptions(), caf::infinite, subscribe{name, who});
    w.run();
    bool refused = false;
    asked.receive([](const done&) {},
                  [&](const caf::error& why) { refused = why == call_error::invalid_argument; });
    CHECK(refused);
  }
}
