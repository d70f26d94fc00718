// Two nodes of one program: the first watches a group and prints what happens, the second joins it
// through the first, serves a range and leaves.

#include <iostream>
#include <latch>
#include <scalesmall/node.hpp>
#include <variant>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

using namespace scalesmall;

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  node_config settings;
  settings.listen.port = 0;
  settings.multicast = false;
  const auto first = node::start(system, settings);
  const auto second = node::start(system, settings);
  if (!first || !second) return 1;
  auto& watcher = **first;
  auto& other = **second;

  std::latch seen_serving{1};
  std::latch seen_leaving{1};
  const auto watching = watcher.subscribe("greeters", [&](const group_update& update) {
    if (update.snapshot) std::cout << "snapshot\n";
    for (const auto& event : update.events) {
      std::cout << to_string(event) << std::endl;
      if (std::holds_alternative<range_added>(event)) seen_serving.count_down();
      if (std::holds_alternative<member_left>(event)) seen_leaving.count_down();
    }
  });
  if (!watching) return 1;

  if (!other.join("greeters", {watcher.id()})) return 1;
  if (!other.add_item("greeters", {0, 0x7fffffff}, 8080)) return 1;
  seen_serving.wait();
  if (!other.leave("greeters")) return 1;
  seen_leaving.wait();
}
