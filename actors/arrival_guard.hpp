#pragma once

#include <cstdint>
#include <exception>
#include <functional>

#include <caf/error.hpp>

#include "actors/node_context.hpp"

namespace scalesmall {

/// What an actor does because of an arrival.
enum class arrival_step : std::uint8_t {
  merge,    ///< topology_db
  decide,   ///< receiver
  note,     ///< peer_db
  deliver,  ///< messenger
  send,     ///< broadcaster
};

/// Called before each of these steps. A test makes it throw, as a fault in the step would.
using arrival_door = std::function<void(arrival_step)>;

/// Counts and logs that a step has thrown. Returns the error that answers the arrival.
[[nodiscard]] caf::error failed_arrival(const node_context& node, arrival_step step,
                                        const char* why);

/// Takes a step because of an arrival. An exception ends with the step: this returns
/// sec::runtime_error with its text, and the actor's supervisor does not count it. The actor must
/// then go on from a state that the exception has not left half made.
template <class F>
[[nodiscard]] caf::error guard_arrival(const node_context& node, arrival_step step, F act) {
  try {
    if (const auto& door = *node.door) door(step);
    act();
    return {};
  } catch (const std::exception& why) {
    return failed_arrival(node, step, why.what());
  }
}

}  // namespace scalesmall
