#pragma once

#include <string>
#include <utility>
#include <vector>

#include "actors/topology_table.hpp"
#include "tests/actors/names.hpp"

/// Tables as tests of the topology make them and look at them.
namespace scalesmall::names {

/// The incarnation of a node that says nothing else.
inline constexpr std::uint32_t life = 1000;

/// The table of node n, which knows nothing yet.
inline topology_table table_of(std::uint8_t n, std::uint32_t incarnation = life) {
  return topology_table{topology{nth(n), incarnation}};
}

inline std::vector<timed_item> known(const topology_table& t, const std::string& group = "g") {
  return items(t.state(), group);
}

/// A row as its member told it.
inline message complete(const net_id& member, stamp at, timed_set items) {
  return {"g", {{member, at}}, std::move(items)};
}

}  // namespace scalesmall::names
