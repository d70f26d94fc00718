#include <map>
#include <set>
#include <utility>
#include <vector>

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <doctest/doctest.h>

#include "actors/assignment/plan_records.hpp"
#include "actors/messaging/outbox.hpp"
#include "actors/node_access.hpp"
#include "actors/node_context.hpp"
#include "tests/node/quick_timing.hpp"
#include "tests/node/world.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nodes;
using names::nth;

namespace {

/// What the program of a node has been told.
struct program {
  bool answers = true;
  std::set<key_range> has = {};  // ranges that it serves
  std::vector<range_assigned> loads = {};
  std::vector<range_revoked> releases = {};
  std::size_t losses = 0;
  range_handler_actor handler = {};
  std::shared_ptr<service_fence> fence = std::make_shared<service_fence>();
  std::vector<caf::response_promise> untold = {};  // losses, if it does not answer
};

/// Nodes that serve "g" by plan, each with a program.
struct serving_cluster {
  world w;
  std::map<std::uint8_t, program> programs;

  void start(std::uint8_t n) {
    node_config config;
    config.multicast = false;
    config.peers = nodes({1});
    config.liveness = true;
    w.start_with(n, config);
  }

  template <class Call>
  result<done, call_error> ask(std::uint8_t n, const Call& call) {
    result<done, call_error> outcome = call_error::timeout;
    w.system().spawn([&, whom = w[n].assignments()](caf::event_based_actor* self) {
      self->request(whom, caf::infinite, call)
          .then([&](done x) { outcome = x; },
                [&](const caf::error& why) { outcome = static_cast<call_error>(why.code()); });
    });
    w.run();
    return outcome;
  }

  result<done, call_error> serve(std::uint8_t n, const serve_options& how) {
    auto& x = programs[n];
    x = {};
    const auto spawned = w.system().spawn([this, n](caf::event_based_actor* self) {
      return caf::behavior{[this, n](const range_assigned& load) {
                             auto& x = programs[n];
                             x.loads.push_back(load);
                             if (!x.answers) return;
                             x.has.insert(load.range);
                             answer(n, load.range, range_answer::kind::ready);
                           },
                           [this, n](const range_revoked& release) {
                             auto& x = programs[n];
                             x.releases.push_back(release);
                             x.has.erase(release.range);
                             answer(n, release.range, range_answer::kind::released);
                           },
                           [this, n, self](const range_lost& gone) -> caf::result<void> {
                             auto& x = programs[n];
                             ++x.losses;
                             x.has.erase(gone.range);
                             if (x.answers) return caf::unit;
                             return x.untold.emplace_back(self->make_response_promise());
                           },
                           [this, n](caf::ok_atom) {
                             for (auto& loss : std::exchange(programs[n].untold, {}))
                               loss.deliver(caf::unit);
                           }};
    });
    x.handler = caf::actor_cast<range_handler_actor>(spawned);
    return ask(n, serve_group{"g", how, x.handler, x.fence});
  }

  void answer(std::uint8_t n, key_range range, range_answer::kind what) {
    caf::anon_send(w[n].assignments(), range_answer{"g", range, what});
  }

  void advance(std::chrono::nanoseconds time) { w.advance(time, 10ms); }

  /// Three nodes that serve all.
  void settle(std::uint32_t replicas) {
    for (const std::uint8_t n : {1, 2, 3}) start(n);
    for (const std::uint8_t n : {1, 2, 3}) REQUIRE(serve(n, quick_service(replicas, 3)));
    advance(3s);
    REQUIRE(is_done(1));
  }

  bool is_done(std::uint8_t n) {
    const auto plan = w[n].plan("g");
    return plan && plan->to_take_up == 0 && plan->to_give_up == 0 && plan->uncovered == 0;
  }
  /// Ranges that no program has that runs.
  std::size_t uncovered() {
    std::set<key_range> all;
    for (const auto& [n, x] : programs) all.insert(x.has.begin(), x.has.end());
    return 16 - all.size();
  }
};

}  // namespace

TEST_CASE("nodes divide a group; one comes, and one goes") {
  serving_cluster x;
  x.settle(1);
  for (const std::uint8_t n : {1, 2, 3}) {
    CHECK(!x.programs[n].has.empty());
    CHECK(x.programs[n].loads.size() == x.programs[n].has.size());
    CHECK(x.w[n].groups() == std::vector<std::string>{"g"});
  }
  CHECK(x.uncovered() == 0);
  CHECK(x.w[1].coverage("g").gaps().empty());

  x.start(4);
  REQUIRE(x.serve(4, quick_service(1)));
  for (int i = 0; i < 400; ++i) {
    x.advance(10ms);
    REQUIRE(x.uncovered() == 0);
  }
  CHECK(x.is_done(2));
  CHECK(x.programs[4].has.size() == x.programs[4].loads.size());
  for (const auto& load : x.programs[4].loads) CHECK(load.from.size() == 1);

  std::optional<call_error> outcome;
  bool drained = false;
  x.w.system().spawn([&](caf::event_based_actor* self) {
    self->request(x.w[1].assignments(), caf::infinite, drain_group{"g"})
        .then([&](done) { drained = true; },
              [&](const caf::error& why) { outcome = static_cast<call_error>(why.code()); });
  });
  for (int i = 0; i < 400; ++i) {
    x.advance(10ms);
    REQUIRE(x.uncovered() == 0);
  }
  CHECK(drained);
  CHECK(!outcome);
  CHECK(x.programs[1].has.empty());
  for (const auto& release : x.programs[1].releases) CHECK(release.to.size() == 1);
  CHECK(x.is_done(2));
  CHECK(x.w[2].plan("g")->members.size() == 3);
  CHECK(x.ask(1, drain_group{"g"}).error() == call_error::not_found);
}

TEST_CASE("what a node served that is gone is taken up, and a restart in place moves nothing") {
  serving_cluster x;
  SUBCASE("one owner each") {
    x.settle(1);
    x.w.kill(3);
    x.programs.erase(3);
    x.advance(3s);
    CHECK(x.uncovered() == 0);
    CHECK(x.w[1].coverage("g").unreachable().empty());
    x.advance(5s);
    CHECK(x.is_done(1));
  }
  SUBCASE("two owners each") {
    x.settle(2);
    const auto loads = x.programs[1].loads.size() + x.programs[2].loads.size();
    x.w.kill(3);
    x.advance(500ms);
    x.start(3);
    REQUIRE(x.serve(3, quick_service(2, 3)));
    x.advance(8s);
    CHECK(x.is_done(1));
    CHECK(x.programs[1].loads.size() + x.programs[2].loads.size() == loads);
    CHECK(x.programs[1].releases.empty());
  }
}

TEST_CASE("a program that never answers, answers twice or falsely costs its own ranges only") {
  serving_cluster x;
  x.settle(1);
  x.start(4);
  REQUIRE(x.serve(4, quick_service(1)));
  x.programs[4].answers = false;
  x.advance(3s);
  CHECK(!x.programs[4].loads.empty());
  CHECK(x.uncovered() == 0);
  const auto plan = x.w[1].plan("g");
  REQUIRE(plan);
  CHECK(plan->members[3].loading == x.programs[4].loads.size());
  CHECK(plan->uncovered == 0);

  const auto mine = *x.programs[1].has.begin();
  for (const auto what :
       {range_answer::kind::ready, range_answer::kind::failed, range_answer::kind::released}) {
    CHECK(x.ask(1, range_answer{"g", mine, what}).error() == call_error::not_found);
    CHECK(x.ask(1, range_answer{"g", {1, 2}, what}).error() == call_error::not_found);
    CHECK(x.ask(1, range_answer{"h", mine, what}).error() == call_error::not_found);
  }
  SUBCASE("a program whose handler ends serves nothing") {
    caf::anon_send_exit(x.programs[1].handler, caf::exit_reason::kill);
    x.advance(100ms);
    x.programs[4].answers = true;
    for (const auto& load : std::vector{x.programs[4].loads})
      CHECK(x.ask(4, range_answer{"g", load.range, range_answer::kind::ready}));
    x.advance(5s);
    CHECK(x.w[2].plan("g")->members.size() == 3);
    CHECK(x.w[2].coverage("g").gaps().empty());
  }
  SUBCASE("a load that fails is tried again, and its owner serves on meanwhile") {
    x.programs[4].answers = true;
    for (const auto& load : std::vector{x.programs[4].loads})
      CHECK(x.ask(4, range_answer{"g", load.range, range_answer::kind::failed}));
    x.advance(8s);
    CHECK(x.is_done(1));
    CHECK(x.uncovered() == 0);
  }
}

TEST_CASE("while nothing changes no claim is made anew, and nothing is sent for the plan") {
  serving_cluster x;
  x.settle(2);
  x.advance(1s);
  const auto said = [&] {
    std::size_t messages = 0;
    std::vector<std::vector<timed_item>> claims;
    for (const std::uint8_t n : {1, 2, 3}) {
      messages += x.w[n].counts().messages_sent;
      for (const auto* group : {"g", "scalesmall.plan/2/16/g"})
        claims.push_back(x.w[n].topology(group));
    }
    return std::pair{messages, claims};
  };
  const auto before = said();
  REQUIRE(before.second.back().size() >= 3);
  x.advance(30s);
  CHECK(said() == before);
}

TEST_CASE("a crash of the assigner moves nothing") {
  serving_cluster x;
  x.settle(2);
  const auto loads = x.programs[2].loads.size();
  REQUIRE(x.w.crash(2, "group_manager/chatter/assigner"));
  x.advance(3s);
  CHECK(x.programs[2].loads.size() == loads);
  CHECK(x.programs[2].losses == 0);
  CHECK(x.is_done(1));
  // It still speaks with the others.
  x.start(4);
  REQUIRE(x.serve(4, quick_service(2)));
  x.advance(5s);
  CHECK(x.is_done(1));
}

TEST_CASE("the fence of a node that stood still is closed until its program knows what it lost") {
  serving_cluster x;
  auto how = quick_service(1, 2);
  how.timing.cover_silent = 30s;
  for (const std::uint8_t n : {1, 2}) x.start(n);
  for (const std::uint8_t n : {1, 2}) REQUIRE(x.serve(n, how));
  x.advance(3s);
  REQUIRE(x.is_done(1));
  CHECK(x.programs[1].fence->is_open());
  x.programs[1].answers = false;
  x.w.advance(31s, 31s);
  x.advance(100ms);
  REQUIRE(!x.programs[1].untold.empty());
  CHECK(!x.programs[1].fence->is_open());
  x.programs[1].answers = true;
  caf::anon_send(caf::actor_cast<caf::actor>(x.programs[1].handler), caf::ok_atom::value);
  x.w.run();
  CHECK(x.programs[1].fence->is_open());
}

TEST_CASE("a fence is open until its time") {
  service_fence x;
  CHECK(!x.is_open());
  x.open_until(service_fence::now() + 1h);
  CHECK(x.is_open());
  x.close();
  CHECK(!x.is_open());
  x.open_until(service_fence::now());
  CHECK(!x.is_open());
}

TEST_CASE("a program that leaves the group serves it no more") {
  serving_cluster x;
  x.settle(1);
  const auto served = x.programs[2].has.size();
  REQUIRE(x.w.leave(2, "g"));
  x.advance(100ms);
  CHECK(x.programs[2].losses == served);
  x.advance(3s);
  CHECK(x.w[1].members("g").size() == 2);
  CHECK(x.w[1].plan("g")->members.size() == 2);
  REQUIRE(x.serve(2, quick_service(1)));
  x.advance(5s);
  CHECK(x.is_done(1));
}

TEST_CASE("a message that is none of a plan is dropped, and the log says so") {
  std::size_t told = 0;
  serving_cluster x;
  x.w.prepare = [&](node_config& config, node_environment& environment) {
    if (config.listen != nth(1)) return;
    environment.log = [&](log_level level, std::string_view text) {
      told += std::size_t{level == log_level::warning && text.find("cannot be read") != text.npos};
    };
  };
  x.settle(2);
  const auto group = plan_group({2, 16}, "g");
  for (int i = 0; i < 3; ++i)
    REQUIRE(
        node_access::context(x.w[2]).messages_out->try_put({group, plan_tag, {}}, bytes(9, 0xff)));
  REQUIRE(x.w.add_item(2, "other", {1, 2}));  // the messenger looks at its outbox
  x.advance(1s);
  CHECK(told == 1);
  CHECK(x.is_done(1));
}

TEST_CASE("claims by hand stand beside those of a plan") {
  serving_cluster x;
  x.settle(1);
  REQUIRE(x.w.add_item(1, "g", {5, 500}, 99));
  REQUIRE(x.w.add_item(2, "g", whole_range, 98));
  x.start(4);
  REQUIRE(x.serve(4, quick_service(1)));
  x.advance(4s);
  const auto owners = x.w[3].owners("g", 7, order::plan);
  REQUIRE(owners.size() == 3);
  CHECK(owners[0].port == 80);
  CHECK(x.uncovered() == 0);
}

TEST_CASE("options that cannot be are refused, and so is a node that does not detect failures") {
  serving_cluster x;
  x.start(1);
  const auto refused = [&](auto change) {
    auto how = quick_service(1);
    change(how);
    return !x.serve(1, how) && x.w[1].my_groups().empty();
  };
  CHECK(refused([](auto& how) { how.capacity = 0; }));
  CHECK(refused([](auto& how) { how.capacity = 65'536; }));
  CHECK(refused([](auto& how) { how.replicas = 0; }));
  CHECK(refused([](auto& how) { how.replicas = 300; }));
  CHECK(refused([](auto& how) { how.slots = 100; }));
  CHECK(refused([](auto& how) { how.port = 0; }));
  REQUIRE(x.serve(1, quick_service(1)));
  const auto& again = x.programs[1].handler;
  CHECK(x.ask(1, serve_group{"g", quick_service(1), again}).error() ==
        call_error::invalid_argument);
  CHECK(x.ask(1, serve_group{"scalesmall.live", quick_service(1), again}).error() ==
        call_error::invalid_argument);
  CHECK(x.ask(1, serve_group{std::string(250, 'g'), quick_service(1), again}).error() ==
        call_error::invalid_argument);
  CHECK(x.ask(1, set_capacity{"g", 0}).error() == call_error::invalid_argument);
  CHECK(x.ask(1, set_capacity{"h", 1}).error() == call_error::not_found);
  CHECK(x.ask(1, take_over_group{"h"}).error() == call_error::not_found);
  x.w.prepare = [](node_config& config, node_environment&) { config.liveness = false; };
  x.w.start(2);
  CHECK(!x.serve(2, quick_service(1)));
}

TEST_CASE("a capacity that changes moves slots; nodes with other settings are shown") {
  serving_cluster x;
  x.settle(1);
  const auto before = x.programs[2].has.size();
  REQUIRE(x.ask(2, set_capacity{"g", 4}));
  x.advance(4s);
  CHECK(x.is_done(1));
  CHECK(x.programs[2].has.size() > before);
  x.start(4);
  REQUIRE(x.serve(4, quick_service(3)));
  x.advance(4s);
  CHECK(x.programs[4].loads.empty());
  REQUIRE(x.w[1].plan("g")->others.size() == 1);
  CHECK(x.w[1].plan("g")->others[0] == group_plan::other{3, 16, {nth(4)}});
}
