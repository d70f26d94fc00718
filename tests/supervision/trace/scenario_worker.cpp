#include "tests/supervision/trace/scenario_worker.hpp"

#include <scalesmall/supervision/actor_shell.hpp>
#include <scalesmall/supervision/exit_reason.hpp>
#include <stdexcept>

#include <caf/send.hpp>

#include "tests/supervision/trace/trace_runner.hpp"

namespace scalesmall::supervision::trace {

namespace {

struct worker_state {
  using handle = caf::actor;
  static constexpr const char* name = "scenario_worker";

  worker_state(caf::event_based_actor* actor, trace_runner* r, std::string n, bool stubborn)
      : self(actor), runner(r), id(std::move(n)) {
    if (runner->fails(id)) {
      runner->log("fail " + id);
      throw std::runtime_error("failed");
    }
    runner->on_worker(id, caf::actor_cast<caf::strong_actor_ptr>(self));
    runner->log("start " + id);
    self->set_exit_handler([this, stubborn](caf::exit_msg& exit) {
      runner->log((stubborn ? "ignore " : "stop ") + id + ' ' + otp_text(exit.reason));
      if (!stubborn) self->quit(std::move(exit.reason));
    });
  }

  caf::behavior make_behavior() {
    return {[this](caf::leave_atom, const caf::error& reason) { self->quit(reason); }};
  }

  caf::event_based_actor* self;
  trace_runner* runner;
  std::string id;
};

}  // namespace

caf::strong_actor_ptr spawn_scenario_worker(caf::local_actor& parent, trace_runner& runner,
                                            const std::string& name, bool stubborn) {
  return caf::actor_cast<caf::strong_actor_ptr>(
      parent.spawn<actor_shell<worker_state>>(&runner, name, stubborn));
}

void leave(const caf::strong_actor_ptr& worker, const caf::error& reason) {
  caf::anon_send(caf::actor_cast<caf::actor>(worker), caf::leave_atom_v, reason);
}

std::string otp_text(const caf::error& reason) {
  if (!reason) return "normal";
  if (reason == caf::exit_reason::user_shutdown) return "shutdown";
  if (reason == caf::exit_reason::kill || reason == supervisor_error::parent_died) return "killed";
  if (reason == supervisor_error::shutdown)
    return "shutdown:" + reason.context().get_as<std::string>(0);
  if (reason == supervisor_error::failed_to_start_child)
    return "failed_to_start_child " + reason.context().get_as<std::string>(0) + ' ' +
           otp_text(reason.context().get_as<caf::error>(1));
  if (describe(reason) == "failed") return "failed";
  return "error";
}

}  // namespace scalesmall::supervision::trace
