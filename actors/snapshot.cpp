#include <algorithm>
#include <scalesmall/snapshot.hpp>

#include "actors/topology/topology.hpp"
#include "messages/group_name.hpp"

namespace scalesmall {

namespace {

std::vector<std::string> without_reserved(std::vector<std::string> names) {
  std::erase_if(names, [](const std::string& x) { return is_reserved(x); });
  return names;
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
  const auto* known = find_group(*content_, group);
  return known ? known->routes().owners(key).to_vector() : std::vector<range_owner>{};
}

std::vector<judged_owner> snapshot::owners(std::string_view group, std::uint32_t key,
                                           reach::all_owners) const {
  std::vector<judged_owner> found;
  const auto* known = find_group(*content_, group);
  if (!known) return found;
  for (const auto& x : known->routes().owners(key)) found.push_back({x, true});
  for (const auto& x : known->hidden_owners()) {
    if (x.range.start_range <= key && key <= x.range.end_range) found.push_back({x, false});
  }
  std::ranges::sort(found);
  return found;
}

routing_index snapshot::routing(std::string_view group) const {
  const auto* known = find_group(*content_, group);
  return known ? known->routes() : routing_index{};
}

coverage snapshot::coverage(std::string_view group) const {
  const auto* known = find_group(*content_, group);
  if (!known) return scalesmall::coverage{routing_index{}};
  return scalesmall::coverage{known->routes(), routing_index{known->hidden_owners()}};
}

std::uint64_t snapshot::version(std::string_view group) const {
  const auto* known = find_group(*content_, group);
  return known ? known->version() : 0;
}

std::uint64_t snapshot::version() const { return content_->version; }

}  // namespace scalesmall
