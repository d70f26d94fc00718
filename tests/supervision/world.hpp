#pragma once

#include <algorithm>
#include <chrono>
#include <scalesmall/supervision/tree.hpp>
#include <string>
#include <utility>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>

namespace scalesmall::supervision {

/// An actor system on CAF's testing scheduler: actors run and time passes only when a test says so.
struct world {
  caf::actor_system_config config;
  caf::actor_system system;
  caf::scheduler::test_coordinator& scheduler;
  caf::scoped_actor me;

  world()
      : system(on_test_scheduler(config)),
        scheduler(dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler())),
        me(system, true) {
    system.await_actors_before_shutdown(false);
    scheduler.clock().current_time += std::chrono::hours{1};
  }
  world(const world&) = delete;
  world& operator=(const world&) = delete;
  ~world() {
    stop_trees();
    run();
    scheduler.clock().cancel_all();
  }

  /// Stops the trees that `launch` started. A fixture with members that its callbacks use must call
  /// it in its destructor, while these members still exist.
  void stop_trees() {
    for (const auto& t : trees_) t.request_stop();
    if (!trees_.empty()) advance(std::chrono::seconds{10}, std::chrono::milliseconds{100});
    trees_.clear();
  }

  void run() { scheduler.run(); }

  /// As tree::launch; the world stops the tree at its end.
  template <class Spec>
  caf::expected<tree> launch(const std::string& id, const Spec& spec,
                             tree_options options = {.report = {}}) {
    auto t = tree::launch(system, id, spec, std::move(options));
    if (t) trees_.push_back(*t);
    return t;
  }

  void advance(caf::timespan time, caf::timespan step = std::chrono::milliseconds{10}) {
    run();
    while (time.count() > 0) {
      const auto part = std::min(time, step);
      scheduler.advance_time(part);
      time -= part;
      run();
    }
  }

  /// Sends a request and advances the time until the answer arrives, at most by `limit`.
  template <class Result, class Handle, class... Args>
  caf::expected<Result> ask(const Handle& to, caf::timespan limit, const Args&... args) {
    caf::expected<Result> outcome{caf::make_error(caf::sec::request_timeout)};
    auto response = me->request(to, caf::infinite, args...);
    for (caf::timespan t{0}; !me->has_next_message(); t += tick) {
      run();
      if (me->has_next_message()) break;
      if (t >= limit) return outcome;
      scheduler.advance_time(tick);
    }
    response.receive([&](Result& x) { outcome = std::move(x); },
                     [&](caf::error& e) { outcome = std::move(e); });
    return outcome;
  }

  static constexpr caf::timespan tick = std::chrono::milliseconds{1};

private:
  std::vector<tree> trees_;

  static caf::actor_system_config& on_test_scheduler(caf::actor_system_config& c) {
    return c.set("scheduler.policy", caf::atom("testing"));
  }
};

}  // namespace scalesmall::supervision
