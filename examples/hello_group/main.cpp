// A program that serves the lower half of the keys of a group and asks for the owners of a name.

#include <iostream>
#include <scalesmall/node.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  scalesmall::node_config settings;
  settings.listen.port = 0;  // any free one
  settings.multicast = false;
  const auto started = scalesmall::node::start(system, settings);
  if (!started) return std::cerr << started.error().text << '\n', 1;
  auto& node = **started;

  if (!node.add_item("greeters", {0, 0x7fffffff}, 8080)) return 1;
  for (const auto& x : node.owners("greeters", scalesmall::key_of("hello")))
    std::cout << "\"hello\" is served by " << to_string(x) << '\n';
  for (const auto& gap : node.coverage("greeters").gaps())
    std::cout << "nobody serves " << gap.start_range << ".." << gap.end_range << '\n';

  // A node that only stops stays a member until the others forget it.
  return node.leave_all() ? 0 : 1;
}
