#include "ops/pulse.hpp"

#include <memory>
#include <scalesmall/network.hpp>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>

#include "actors/node_access.hpp"
#include "actors/node_context.hpp"

namespace scalesmall {

std::future<void> feel_pulse(const node& host) {
  const auto ran = std::make_shared<std::promise<void>>();
  auto done = ran->get_future();
  node_access::system(host).spawn(
      [ran, net = node_access::context(host).net] { net->post([ran] { ran->set_value(); }); });
  return done;
}

}  // namespace scalesmall
