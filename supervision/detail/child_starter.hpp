#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <scalesmall/supervision/report.hpp>
#include <vector>

#include <caf/actor_clock.hpp>
#include <caf/error.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/message.hpp>

#include "supervision/detail/child_table.hpp"

namespace scalesmall::supervision {

/// Gives a child a new actor: calls its start function, monitors the actor, waits until the actor
/// is ready and binds the stable reference of the child. Each step comes back as an event of the
/// supervisor. Several starts may be under way at once if all have the same time limit, such as
/// those of the instances of one template.
class child_starter {
public:
  /// Without an error the child is running, or its start function returned fault::ignored (then the
  /// child has no handle).
  using callback = std::function<void(const caf::error&)>;
  /// Spawns the nested supervisor of a child and gives the child the table of that supervisor.
  using nested_start = std::function<caf::strong_actor_ptr(child&)>;

  child_starter(caf::event_based_actor* self, child_table& table, nested_start start_nested);

  /// From now on many children are started at once. All of them are asked together whether they are
  /// ready, after the supervisor has emptied its mailbox: waking a thread for each child costs more
  /// than its start. The starter sends `flush` to the supervisor, which then calls `on_round_done`.
  void start_side_by_side() noexcept { side_by_side_ = true; }
  void on_round_done();

  /// Begins a start. `done` is called exactly once, by this call or by a later event, unless
  /// `abandon` comes first.
  void start(const child_ptr& c, callback done);

  /// Takes the answer of an actor that was asked whether it is ready.
  void on_ready(const caf::strong_actor_ptr& actor);

  /// Takes the end of a monitored actor. @returns whether a start of that child was under way
  bool on_down(const child_ptr& c);

  /// The next time to call `on_time`; none if no start has a time limit.
  [[nodiscard]] std::optional<caf::actor_clock::time_point> deadline();
  void on_time(caf::actor_clock::time_point now);

  /// Drops all starts that are under way without calling their callbacks.
  void abandon();

private:
  struct limit {
    caf::actor_clock::time_point until;
    child_ptr child;
    caf::actor_id actor;
    [[nodiscard]] bool pending() const {
      return child->when_started && child->handle->id() == actor;
    }
  };

  [[nodiscard]] caf::expected<caf::strong_actor_ptr> spawn(child& c);
  void ask_whether_ready(const child& c);
  void ask(const caf::strong_actor_ptr& actor);
  void on_ready(child& c);
  void on_failure(child& c, caf::error reason);

  caf::event_based_actor* self_;
  child_table& table_;
  nested_start start_nested_;
  caf::message question_;
  bool side_by_side_ = false;
  std::vector<caf::strong_actor_ptr> to_ask_;  ///< at the next `on_round_done`
  /// Earliest first. Some entries belong to actors that are no longer pending.
  std::deque<limit> limits_;
};

}  // namespace scalesmall::supervision
