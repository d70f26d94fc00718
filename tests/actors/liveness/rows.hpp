#pragma once

#include <cstdint>
#include <vector>

#include "actors/liveness/statement.hpp"
#include "actors/liveness/watch_rings.hpp"
#include "actors/topology/group_state.hpp"

/// Rows of the liveness group, for tests of what is made of them.
namespace scalesmall::live_rows {

inline net_id member(std::uint32_t n) {
  return {ip_address::v4(10, 0, static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)),
          29'999};
}

inline std::vector<net_id> members(std::uint32_t n) {
  std::vector<net_id> all;
  for (std::uint32_t i = 0; i < n; ++i) all.push_back(member(i));
  return all;
}

inline constexpr std::uint32_t incarnation = 1'000;

inline row taking_part(const net_id& id) {
  const stamp at{incarnation, 0};
  return {id, at, {}, {{{id, whole_range, op::get, 0}, at}}};
}

inline group_state group_of(std::uint32_t n) {
  group_state all;
  for (const auto& id : members(n)) all.put(taking_part(id));
  return all;
}

/// The observer states the subject.
inline void state(group_state& group, const net_id& observer, const net_id& subject, finding what,
                  std::uint32_t life = life_of(incarnation)) {
  auto x = *group.find(observer);
  const auto key = watch_rings::key_of(subject);
  x.at.counter += 1;
  put_claim(x, {{observer, {key, key}, op::add, port_of({key, what, life})}, x.at});
  group.put(std::move(x));
}

}  // namespace scalesmall::live_rows
