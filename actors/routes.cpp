#include <scalesmall/routes.hpp>
#include <utility>

#include "actors/topology/topology.hpp"

namespace scalesmall {

routes::routes(supervision::table<topology> topologies, std::string group)
    : topologies_(std::move(topologies)), group_(std::move(group)) {
  refresh();
}

void routes::refresh() {
  // In this order: what is read after a version is at least that new.
  seen_ = topologies_.version();
  const auto now = topologies_.read();
  const auto* group = find_group(*now, group_);
  index_ = group ? group->routes() : routing_index{};
}

}  // namespace scalesmall
