#pragma once

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include "actors/port_notice.hpp"

namespace scalesmall {

/// A callback that sends a port's events to an actor as port_notice, without keeping it alive.
template <class Handle>
[[nodiscard]] port_owner events_to(const Handle& owner) {
  return [address = owner.address()](port_event event) {
    if (const auto alive =
            caf::actor_cast<Handle>(caf::actor_cast<caf::strong_actor_ptr>(address))) {
      caf::anon_send(alive, port_notice{std::move(event)});
    }
  };
}

}  // namespace scalesmall
