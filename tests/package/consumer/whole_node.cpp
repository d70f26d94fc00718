#include <scalesmall/node.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

int main() {
  caf::actor_system_config settings;
  caf::actor_system system{settings};
  scalesmall::node_config config;
  config.listen.port = 0;
  config.multicast = false;
  const auto node = scalesmall::node::start(system, config);
  if (!node) return 1;
  const auto joined = (*node)->join("Group1");
  return joined && (*node)->members("Group1").size() == 1 ? 0 : 1;
}
