#include <scalesmall/supervision/tree.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

int main() {
  caf::actor_system_config settings;
  caf::actor_system system{settings};
  const auto tree = scalesmall::supervision::tree::start(system, "root", {});
  return tree && tree->list().size() == 1 && tree->stop() ? 0 : 1;
}
