#include <scalesmall/group_manager.hpp>
#include <scalesmall/key_store.hpp>
#include <scalesmall/messages.hpp>
#include <scalesmall/network.hpp>
#include <scalesmall/node.hpp>
#include <scalesmall/subscriptions.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include "actors/node_context.hpp"
#include "messages/gossip.hpp"
#include "net/rng.hpp"

int main() {
  if (of_actors() + of_messages() + of_net() != 3) return 1;
  caf::actor_system_config settings;
  caf::actor_system system{settings};
  scalesmall::node_config config;
  config.listen.port = 0;
  config.multicast = false;
  scalesmall::node_environment environment;
  environment.net = scalesmall::make_network();
  std::string logged;
  environment.log = [&](scalesmall::log_level, std::string_view text) { logged += text; };
  const auto node = scalesmall::node::start(system, config, environment);
  if (!node) return 1;
  const auto joined = (*node)->join("Group1");
  return joined && (*node)->members("Group1").size() == 1 && (*node)->leave_all() &&
                 (*node)->my_groups().empty()
             ? 0
             : 1;
}
