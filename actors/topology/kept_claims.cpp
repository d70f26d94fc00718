// The part of the topology table that says which of this node's own claims outlive it.

#include "actors/topology/kept_claims.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "actors/topology/topology_table.hpp"

namespace scalesmall {

namespace {

/// The union of both. Of two with the same key the one in `added` counts.
template <class T, class Projection = std::identity>
void add_ordered(std::vector<T>& into, std::vector<T> added, Projection key = {}) {
  std::ranges::sort(added, {}, key);
  std::vector<T> both;
  both.reserve(into.size() + added.size());
  std::ranges::set_union(added, into, std::back_inserter(both), {}, key, key);
  into = std::move(both);
}

/// Those that the row still claims. Both are ascending by range, so one pass will do: a node may
/// have many claims, and each call comes here.
std::vector<served_range> still_claimed(const std::vector<served_range>& kept, const row* known) {
  std::vector<served_range> rest;
  if (!known) return rest;
  rest.reserve(kept.size());
  auto claim = known->claims.begin();
  const auto end = known->claims.end();
  for (const auto& x : kept) {
    while (claim != end && claim->item.range < x.range) ++claim;
    if (claim != end && claim->item.range == x.range && claim->item.op == op::add &&
        claim->item.port == x.port)
      rest.push_back(x);
  }
  return rest;
}

}  // namespace

void topology_table::keep(const std::string& name, const std::vector<served_range>& served) {
  auto all = state_.kept ? *state_.kept : kept_claims{};
  auto& group = all[name];
  add_ordered(group.joined, state_.joined[name]);
  add_ordered(group.served, served, &served_range::range);
  state_.kept = std::make_shared<const kept_claims>(std::move(all));
}

bool topology_table::drop_fallen(const std::string& name) {
  if (!state_.kept) return false;
  const auto found = state_.kept->find(name);
  if (found == state_.kept->end()) return false;
  const bool left = !state_.joined.contains(name);
  auto rest = still_claimed(found->second.served, find_row(state_, name, state_.self));
  if (!left && rest.size() == found->second.served.size()) return false;
  auto all = *state_.kept;
  if (left)
    all.erase(name);
  else
    all[name].served = std::move(rest);
  state_.kept = std::make_shared<const kept_claims>(std::move(all));
  return true;
}

std::vector<std::string> topology_table::make_kept(const kept_claims& before) {
  std::vector<std::string> refused;
  for (const auto& [name, group] : before) {
    bool made = true;
    for (const auto& range : group.joined) made &= join(name, range).has_value();
    if (made && !group.served.empty()) made = add_items(name, group.served).has_value();
    if (made)
      keep(name, group.served);
    else
      refused.push_back(name);
  }
  return refused;
}

}  // namespace scalesmall
