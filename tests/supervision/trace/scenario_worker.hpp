#pragma once

#include <string>

#include <caf/actor_control_block.hpp>
#include <caf/error.hpp>
#include <caf/fwd.hpp>

namespace scalesmall::supervision::trace {

class trace_runner;

/// Spawns a worker of a scenario: it tells the runner when it starts and when it is told to stop,
/// ignores the latter if `stubborn`, and ends with any error sent to it as `leave`.
[[nodiscard]] caf::strong_actor_ptr spawn_scenario_worker(caf::local_actor& parent,
                                                          trace_runner& runner,
                                                          const std::string& name, bool stubborn);

/// Makes a worker end with that reason.
void leave(const caf::strong_actor_ptr& worker, const caf::error& reason);

/// An exit reason as OTP's trace writes it.
[[nodiscard]] std::string otp_text(const caf::error& reason);

}  // namespace scalesmall::supervision::trace
