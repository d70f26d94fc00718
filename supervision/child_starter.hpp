#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>

#include <caf/actor_clock.hpp>
#include <caf/error.hpp>
#include <caf/event_based_actor.hpp>

#include "supervision/child_table.hpp"
#include "supervision/report.hpp"

namespace scalesmall::supervision {

/// How a supervisor gives a child a new actor: call its start function, monitor the actor, wait
/// until it is ready, bind its stable reference. Every step comes back as an event of the
/// supervisor. Several children may be on their way at once if all have the same time limit, as the
/// instances of one template do.
class child_starter {
public:
  /// No error: the child is running, or its start function said `ignored` (no handle then).
  using callback = std::function<void(const caf::error&)>;
  /// Spawns the supervisor that a specification nests and gives the child its table.
  using nested_start = std::function<caf::strong_actor_ptr(child&)>;

  child_starter(caf::event_based_actor* self, child_table& table, nested_start start_nested)
      : self_(self), table_(table), start_nested_(std::move(start_nested)) {}

  /// Begins; `done` is called exactly once, from this call or from a later event.
  void start(const child_ptr& c, callback done);

  /// A monitored actor has ended. @returns whether it was one that was being started
  bool on_down(const child_ptr& c);

  /// When `on_time` wants to be called; none: there is nothing to wait for.
  [[nodiscard]] std::optional<caf::actor_clock::time_point> deadline();
  void on_time(caf::actor_clock::time_point now);

private:
  struct pending {
    child_ptr child;
    callback done;
  };
  struct limit {
    caf::actor_clock::time_point until;
    caf::actor_id actor;
  };

  [[nodiscard]] caf::expected<caf::strong_actor_ptr> spawn(child& c);
  void probe(const child& c);
  void on_ready(caf::actor_id actor);
  void on_failure(caf::actor_id actor, caf::error reason);

  caf::event_based_actor* self_;
  child_table& table_;
  nested_start start_nested_;
  std::unordered_map<caf::actor_id, pending> pending_;
  std::deque<limit> limits_;  ///< earliest first; some are of actors that are not pending any more
};

}  // namespace scalesmall::supervision
