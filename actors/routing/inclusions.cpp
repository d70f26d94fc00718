#include "actors/routing/inclusions.hpp"

#include <algorithm>
#include <iterator>
#include <scalesmall/range_owner.hpp>
#include <utility>

#include "messages/group_name.hpp"

namespace scalesmall {

namespace {

std::string prefix_of(std::string_view group) {
  return std::string{inclusion_prefix} + std::to_string(group.size()) + '/' + std::string{group} +
         '/';
}

void append(std::vector<range_owner>& to, const std::vector<range_owner>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

std::string inclusion_group(std::string_view group, std::string_view inner) {
  return prefix_of(group) + std::string{inner};
}

bool can_include(std::string_view group, std::string_view inner) {
  return group != inner && is_group_name(group) && is_group_name(inner) && !is_reserved(group) &&
         !is_reserved(inner) && is_group_name(inclusion_group(group, inner));
}

std::vector<std::string> included_in(const topology& t, std::string_view group) {
  std::vector<std::string> found;
  // The usual case allocates nothing.
  auto i = t.groups.lower_bound(inclusion_prefix);
  if (i == t.groups.end() || !i->first.starts_with(inclusion_prefix)) return found;
  const auto prefix = prefix_of(group);
  for (i = t.groups.lower_bound(prefix); i != t.groups.end() && i->first.starts_with(prefix); ++i) {
    auto inner = i->first.substr(prefix.size());
    if (can_include(group, inner) &&
        std::ranges::any_of(i->second->all(), [](const auto& row) { return is_member(*row); }))
      found.push_back(std::move(inner));
  }
  return found;
}

std::vector<std::string> with_included(const topology& t, std::span<const std::string> groups) {
  std::vector<std::string> found;
  const auto add = [&](const std::string& x) {
    if (std::ranges::find(found, x) == found.end()) found.push_back(x);
  };
  for (const auto& x : groups) add(x);
  std::size_t begin = 0;
  for (std::size_t deep = 0; deep < inclusions_deep_max && begin < found.size(); ++deep) {
    for (const auto end = found.size(); begin < end; ++begin)
      for (const auto& inner : included_in(t, std::string{found[begin]})) add(inner);
  }
  return found;
}

std::vector<std::shared_ptr<const group_state>> states_with_included(
    const topology& t, std::span<const std::string> groups) {
  std::vector<std::shared_ptr<const group_state>> states;
  for (const auto& name : with_included(t, groups))
    if (const auto known = t.groups.find(name); known != t.groups.end())
      states.push_back(known->second);
  return states;
}

routing_index routes_of(std::span<const std::shared_ptr<const group_state>> states) {
  if (states.empty()) return {};
  if (states.size() == 1) return states.front()->routes();
  std::vector<range_owner> owners;
  for (const auto& x : states) append(owners, x->routes().all());
  return routing_index{each_once(std::move(owners))};
}

routing_index hidden_routes_of(std::span<const std::shared_ptr<const group_state>> states) {
  std::vector<range_owner> owners;
  for (const auto& x : states) append(owners, x->hidden_owners());
  return routing_index{each_once(std::move(owners))};
}

}  // namespace scalesmall
