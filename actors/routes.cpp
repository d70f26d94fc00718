#include <scalesmall/routes.hpp>
#include <utility>

#include "actors/routing/inclusions.hpp"
#include "actors/topology/topology.hpp"

namespace scalesmall {

routes::routes(supervision::table<topology> topologies, std::vector<std::string> groups)
    : topologies_(std::move(topologies)), groups_(std::move(groups)) {
  refresh();
}

routes::routes(supervision::table<topology> topologies, std::string group)
    : routes(std::move(topologies), std::vector{std::move(group)}) {}

void routes::refresh() {
  // In this order: what is read after a version is at least that new.
  seen_ = topologies_.version();
  auto states = states_with_included(*topologies_.read(), groups_);
  // To put several groups together takes long, so it is done if one of them has changed.
  const bool several = states.size() > 1;
  if (several && states == states_) return;
  index_ = routes_of(states);
  states_ = several ? std::move(states) : decltype(states){};
}

}  // namespace scalesmall
