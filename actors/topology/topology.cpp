#include "actors/topology/topology.hpp"

#include <algorithm>
#include <iterator>

namespace scalesmall {

const group_state* find_group(const topology& t, std::string_view group) {
  const auto i = t.groups.find(group);
  return i == t.groups.end() ? nullptr : i->second.get();
}

const row* find_row(const topology& t, std::string_view group, const net_id& member) {
  const auto* known = find_group(t, group);
  return known ? known->find(member) : nullptr;
}

std::vector<std::string> groups(const topology& t) {
  std::vector<std::string> names;
  names.reserve(t.groups.size());
  for (const auto& [name, group] : t.groups) names.push_back(name);
  return names;
}

std::vector<std::string> my_groups(const topology& t) {
  std::vector<std::string> names;
  for (const auto& [name, group] : t.groups) {
    const auto* mine = group->find(t.self);
    if (mine && is_member(*mine)) names.push_back(name);
  }
  return names;
}

std::vector<net_id> members(const topology& t, std::string_view group) {
  std::vector<net_id> found;
  if (const auto* known = find_group(t, group)) {
    for (const auto& x : known->all()) {
      if (is_member(*x)) found.push_back(x->member);
    }
  }
  return found;
}

std::vector<timed_item> items(const topology& t, std::string_view group, std::optional<op> which) {
  std::vector<timed_item> found;
  if (const auto* known = find_group(t, group)) {
    for (const auto& x : known->all()) {
      std::ranges::copy_if(x->claims, std::back_inserter(found),
                           [which](const auto& c) { return !which || c.item.op == *which; });
    }
  }
  return found;
}

}  // namespace scalesmall
