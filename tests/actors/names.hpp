#pragma once

#include <initializer_list>
#include <scalesmall/timed_item.hpp>
#include <vector>

/// Short names for nodes and claims in tests.
namespace scalesmall::names {

/// Node n: 10.0.0.n:29999.
inline net_id nth(std::uint8_t n) { return {ip_address::v4(10, 0, 0, n), 29999}; }

/// The nodes of these numbers.
inline std::vector<net_id> nodes(std::initializer_list<std::uint8_t> numbers) {
  std::vector<net_id> ids;
  for (const auto n : numbers) ids.push_back(nth(n));
  return ids;
}

inline timed_item get(const net_id& member, stamp at, key_range range = whole_range) {
  return {{member, range, op::get, 0}, at};
}

inline timed_item add(const net_id& member, stamp at, key_range range, std::uint16_t port = 80) {
  return {{member, range, op::add, port}, at};
}

inline timed_item rmv(const net_id& member, stamp at, key_range range, std::uint16_t port = 80) {
  return {{member, range, op::rmv, port}, at};
}

}  // namespace scalesmall::names
