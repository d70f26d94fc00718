#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <scalesmall/supervision/report.hpp>
#include <vector>

#include <caf/actor_clock.hpp>
#include <caf/event_based_actor.hpp>

#include "supervision/detail/child_table.hpp"

namespace scalesmall::supervision {

/// Ends the actors of several children at once. It asks each actor to end, kills it after the
/// shutdown time, and gives up on it `kill_timeout` later. All children given to one `stop` must
/// have the same shutdown policy.
class child_stopper {
public:
  using callback = std::function<void()>;
  /// Gets each child when it counts as stopped: the outcome (`stopped`, `stop_failed` or `stuck`)
  /// and the reason.
  using observer = std::function<void(const child&, report::kind, const caf::error&)>;

  child_stopper(caf::event_based_actor* self, child_table& table, observer observe)
      : self_(self), table_(table), observe_(std::move(observe)) {}

  /// How long a killed child may take to end.
  void set_kill_timeout(std::chrono::milliseconds t) { kill_timeout_ = t; }

  /// Begins a stop. `done` is called exactly once, by this call or by a later event, when all
  /// children are `stopped`, unless `abandon` comes first.
  void stop(std::vector<child_ptr> children, callback done);

  /// Waits for the children of a supervisor that died. These children know of its death and end by
  /// themselves; after the longest of their shutdown times the remaining ones are killed. `done` as
  /// in `stop`. The table given at construction must be that of the dead supervisor.
  void reap(callback done);

  /// Takes the end of a monitored actor. @returns whether a stop of that child was under way
  bool on_down(const child_ptr& c);

  /// The next time to call `on_time`; none if nothing has a time limit.
  [[nodiscard]] std::optional<caf::actor_clock::time_point> deadline() const { return deadline_; }
  void on_time(caf::actor_clock::time_point now);

  /// Drops the stop that is under way without calling its callback.
  void abandon() { done_ = nullptr; }

private:
  void kill(const child& c);
  void gone(const child_ptr& c);
  void finish_if_all_gone();

  caf::event_based_actor* self_;
  child_table& table_;
  observer observe_;
  std::chrono::milliseconds kill_timeout_{1000};
  std::vector<child_ptr> children_;
  std::size_t waiting_ = 0;
  bool killed_ = false;
  callback done_;
  std::optional<caf::actor_clock::time_point> deadline_;
};

}  // namespace scalesmall::supervision
