#include <scalesmall/owner_actors.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/io/middleman.hpp>
#include <caf/scoped_actor.hpp>

int main() {
  caf::actor_system_config settings;
  settings.load<caf::io::middleman>();
  caf::actor_system system{settings};
  scalesmall::node_config config;
  config.listen.port = 0;
  config.multicast = false;
  const auto node = scalesmall::node::start(system, config);
  if (!node) return 1;
  auto owners = scalesmall::owner_actors<>::make(**node, "g");
  if (!owners) return 1;
  caf::scoped_actor self{system};
  bool nobody = false;
  scalesmall::send_to_owner(self, *owners, "name", std::chrono::seconds{5}, 1)
      .receive([](int) {},
               [&](const caf::error& why) { nobody = why == scalesmall::call_error::not_found; });
  return nobody ? 0 : 1;
}
