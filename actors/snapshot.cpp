#include <scalesmall/snapshot.hpp>

#include "actors/routing/inclusions.hpp"
#include "actors/topology/topology.hpp"
#include "messages/group_name.hpp"

namespace scalesmall {

namespace {

std::vector<std::string> without_reserved(std::vector<std::string> names) {
  std::erase_if(names, [](const std::string& x) { return is_reserved(x); });
  return names;
}

std::vector<std::shared_ptr<const group_state>> states_of(const topology& t,
                                                          std::string_view group) {
  return states_with_included(t, std::vector{std::string{group}});
}

}  // namespace

std::vector<std::string> snapshot::groups() const {
  return without_reserved(scalesmall::groups(*content_));
}

std::vector<std::string> snapshot::my_groups() const {
  return without_reserved(scalesmall::my_groups(*content_));
}

std::vector<net_id> snapshot::members(std::string_view group) const {
  return scalesmall::members(*content_, group);
}

std::vector<timed_item> snapshot::topology(std::string_view group, std::optional<op> which) const {
  return items(*content_, group, which);
}

std::vector<range_owner> snapshot::owners(std::string_view group, std::uint32_t key) const {
  return owners(std::vector{std::string{group}}, key);
}

std::vector<range_owner> snapshot::owners(const std::vector<std::string>& groups,
                                          std::uint32_t key) const {
  std::vector<range_owner> found;
  for (const auto& state : states_with_included(*content_, groups))
    for (const auto& x : state->routes().owners(key)) found.push_back(x);
  return each_once(std::move(found));
}

std::vector<judged_owner> snapshot::owners(std::string_view group, std::uint32_t key,
                                           reach::all_owners) const {
  std::vector<judged_owner> found;
  for (const auto& state : states_of(*content_, group)) {
    for (const auto& x : state->routes().owners(key)) found.push_back({x, true});
    for (const auto& x : state->hidden_owners()) {
      if (x.range.start_range <= key && key <= x.range.end_range) found.push_back({x, false});
    }
  }
  return each_once(std::move(found));
}

routing_index snapshot::routing(std::string_view group) const {
  return routes_of(states_of(*content_, group));
}

coverage snapshot::coverage(std::string_view group) const {
  const auto states = states_of(*content_, group);
  return scalesmall::coverage{routes_of(states), hidden_routes_of(states)};
}

std::uint64_t snapshot::version(std::string_view group) const {
  const auto* known = find_group(*content_, group);
  return known ? known->version() : 0;
}

std::uint64_t snapshot::version() const { return content_->version; }

}  // namespace scalesmall
