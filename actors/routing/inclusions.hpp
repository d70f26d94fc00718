#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <scalesmall/routing_index.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actors/topology/topology.hpp"

/// Groups that include others by reference. The members of a reserved group whose name holds both
/// names state it; it stands while there is one.
namespace scalesmall {

inline constexpr std::string_view inclusion_prefix = "scalesmall.in/";

/// A group that is included by one that is included, and so on, so many times, is left out.
inline constexpr std::size_t inclusions_deep_max = 8;

/// "scalesmall.in/5/outer/inner": the number of bytes of the first name tells where it ends.
[[nodiscard]] std::string inclusion_group(std::string_view group, std::string_view inner);

/// Whether a group can include another: both are names of programs' groups, they differ, and they
/// are not too long together.
[[nodiscard]] bool can_include(std::string_view group, std::string_view inner);

/// The groups that one includes itself, ascending.
[[nodiscard]] std::vector<std::string> included_in(const topology& t, std::string_view group);

/// These groups and all that they include, each once, in the order in which they are found.
[[nodiscard]] std::vector<std::string> with_included(const topology& t,
                                                     std::span<const std::string> groups);

/// The same, those that are known.
[[nodiscard]] std::vector<std::shared_ptr<const group_state>> states_with_included(
    const topology& t, std::span<const std::string> groups);

/// Sorted, and each once: several groups may list the same owner.
template <class Owner>
[[nodiscard]] std::vector<Owner> each_once(std::vector<Owner> owners) {
  std::ranges::sort(owners);
  owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
  return owners;
}

/// The owners of all these groups. One that several groups list is listed once.
[[nodiscard]] routing_index routes_of(std::span<const std::shared_ptr<const group_state>> states);
[[nodiscard]] routing_index hidden_routes_of(
    std::span<const std::shared_ptr<const group_state>> states);

}  // namespace scalesmall
