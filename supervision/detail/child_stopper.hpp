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

/// How a supervisor ends the actors of some children at once: ask, kill after the shutdown time,
/// leave behind what is still there `kill_timeout` after that. All children given to one `stop`
/// have the same shutdown policy.
class child_stopper {
public:
  using callback = std::function<void()>;
  /// Told of each child that is gone: how it went, why, and whether it is gone at all.
  using observer = std::function<void(const child&, report::kind, const caf::error&)>;

  child_stopper(caf::event_based_actor* self, child_table& table, observer observe)
      : self_(self), table_(table), observe_(std::move(observe)) {}

  /// How long a killed child may take to be gone.
  void set_kill_timeout(std::chrono::milliseconds t) { kill_timeout_ = t; }

  /// Begins; `done` is called exactly once, from this call or from a later event, when all of them
  /// are `stopped`.
  void stop(std::vector<child_ptr> children, callback done);

  /// Waits for the children of a supervisor that died, which know it already: kills who is still
  /// there after the longest of their shutdown times. `done` as above. The table given at
  /// construction is that of the dead supervisor.
  void reap(callback done);

  /// A monitored actor has ended. @returns whether it was one of those being stopped
  bool on_down(const child_ptr& c);

  /// When `on_time` wants to be called; none: there is nothing to wait for.
  [[nodiscard]] std::optional<caf::actor_clock::time_point> deadline() const { return deadline_; }
  void on_time(caf::actor_clock::time_point now);

  /// Forgets what is under way, without a call of its callback.
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
