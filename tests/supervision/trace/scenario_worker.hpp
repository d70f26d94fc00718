#pragma once

#include <string>

#include <caf/actor_control_block.hpp>
#include <caf/error.hpp>
#include <caf/fwd.hpp>

namespace scalesmall::supervision::trace {

class trace_runner;

/// Spawns a worker of a scenario. The worker tells the runner of its start and of each exit signal.
/// It ends at an exit signal unless it is `stubborn`, and at `leave` with the error in that
/// message.
[[nodiscard]] caf::strong_actor_ptr spawn_scenario_worker(caf::local_actor& parent,
                                                          trace_runner& runner,
                                                          const std::string& name, bool stubborn);

/// Makes a worker end with that reason.
void leave(const caf::strong_actor_ptr& worker, const caf::error& reason);

/// An exit reason in the form of OTP's trace.
[[nodiscard]] std::string otp_text(const caf::error& reason);

}  // namespace scalesmall::supervision::trace
