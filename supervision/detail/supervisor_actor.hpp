#pragma once

#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <scalesmall/supervision/calls.hpp>
#include <scalesmall/supervision/guarded_promise.hpp>
#include <scalesmall/supervision/report.hpp>
#include <scalesmall/supervision/supervisor_spec.hpp>
#include <string>
#include <utility>
#include <vector>

#include <caf/event_based_actor.hpp>

#include "supervision/decisions/restart_intensity.hpp"
#include "supervision/detail/child_starter.hpp"
#include "supervision/detail/child_stopper.hpp"
#include "supervision/detail/child_table.hpp"

namespace scalesmall::supervision {

/// The constructor argument of a supervisor.
struct supervisor_setup {
  std::string path;                    ///< ids from the root of its tree down, joined by `/`
  init_function init;                  ///< called once, in the supervisor's first turn
  std::shared_ptr<child_table> table;  ///< its children; the listing of the tree reads it, too
  report_handler report;               ///< may be empty
  std::function<void()> on_started;    ///< may be empty
};

/// OTP's supervisor as a CAF actor. Calls, ends of children and requests to stop go through one
/// agenda and are handled in order. A sequence of stops and starts finishes before the next entry
/// begins, as OTP's supervisor blocks while it works. Only a kill interrupts a sequence; the
/// children then get an exit signal with parent_died.
class supervisor_actor : public caf::event_based_actor {
public:
  supervisor_actor(caf::actor_config& config, supervisor_setup setup);

  caf::behavior make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "supervisor"; }

private:
  using step = std::function<void()>;
  struct start_failure {
    child_ptr which;
    caf::error reason;
  };
  using started_callback = std::function<void(const std::optional<start_failure>&)>;

  struct agenda_entry {
    step run;
    bool starts_instance;
  };

  // The agenda.
  void post(step run, bool starts_instance = false);
  void then(step next);
  void pump();
  [[nodiscard]] bool is_free_for(bool starting_an_instance) const {
    return !busy_ && (starting_ == 0 || starting_an_instance);
  }
  void arm_timer();

  // Events.
  void on_down(const caf::down_msg& down);
  void on_exit_of(const child_ptr& c, caf::actor_id actor);
  void on_tick();

  // Sequences; each one ends with a call of its callback.
  void start_each(std::vector<child_ptr> children, started_callback done);
  void start_next();
  void start_one(const child_ptr& c, child_starter::callback done);
  void stop_each(std::vector<child_ptr> children, step done);
  void stop_next();
  void on_start_result(child& c, const caf::error& error);
  void end(caf::error reason);

  // Carrying out decisions.
  void init_children();
  void after_orphans(const child_ptr& c, step next);
  void decide(const child_ptr& c, exit_kind kind, const caf::error& reason, caf::timespan ran);
  enum class counting : bool { no, yes };
  void restart(const child_ptr& c, counting how = counting::yes);
  void retry_later(const child_ptr& c);
  [[nodiscard]] bool waits_after(const caf::error& reason) const;
  void restart_after_wait(const child_ptr& c, const caf::error& reason, caf::timespan ran);
  void end_waits(caf::actor_clock::time_point now);
  void forget(const child_ptr& c);
  void forget_or_keep(const child_ptr& c);
  void shut_down_if_significant(const child& c);

  // Calls (supervisor_calls.cpp).
  template <class T>
  using promise = guarded_promise<T>;
  using handle_promise = promise<caf::strong_actor_ptr>;
  using done_promise = promise<caf::ok_atom>;
  caf::behavior calls();
  void call(start_child& request, const handle_promise& answer);
  void call(start_instance& request, const handle_promise& answer);
  void call(const restart_child& request, const handle_promise& answer);
  void call(const terminate_child& request, const done_promise& answer);
  void call(const terminate_instance& request, const done_promise& answer);
  void terminate(const child_ptr& c, const done_promise& answer);
  void call(const delete_child& request, const done_promise& answer);
  void call(const get_childspec& request, const promise<child_spec>& answer);
  void call(const which_children& request, const promise<std::vector<child_info>>& answer);
  void call(const count_children& request, const promise<child_counts>& answer);

  // Helpers.
  [[nodiscard]] caf::strong_actor_ptr spawn_nested(child& c);
  [[nodiscard]] bool simple() const {
    return spec_.strategy == restart_strategy::simple_one_for_one;
  }
  void tell(report::kind what, const child& c, const caf::error& reason) const;

  supervisor_setup setup_;
  supervisor_spec spec_;
  std::shared_ptr<const child_spec> template_;  ///< with simple_one_for_one only
  std::shared_ptr<child_table> table_;
  restart_intensity intensity_{0, {}};
  child_starter starter_;
  child_stopper stopper_;
  /// The children of a nested supervisor that died, while reaper_ waits for them.
  std::shared_ptr<child_table> orphans_;
  std::unique_ptr<child_stopper> reaper_;

  std::deque<agenda_entry> agenda_;  ///< entries to handle when nothing is under way
  std::deque<step> next_;            ///< next steps of the sequence that is under way
  bool busy_ = false;                ///< a sequence is under way
  /// Instances that are being started. Meanwhile only starts of further instances may begin.
  std::size_t starting_ = 0;
  bool pumping_ = false;
  bool restarting_ = false;  ///< the start that is under way is a restart
  bool started_ = false;
  // Lists, because they are mostly empty: an empty deque takes half a kilobyte.
  std::list<child_ptr> to_start_;
  started_callback when_started_;
  std::list<child_ptr> to_stop_;
  step when_stopped_;
  /// Children that failed for want of resources, by the ends of their waits.
  std::list<std::pair<caf::actor_clock::time_point, child_ptr>> waiting_;
  /// The arrival time of the timer message in flight.
  std::optional<caf::actor_clock::time_point> timer_;
  std::vector<done_promise> awaiting_start_;
};

}  // namespace scalesmall::supervision
