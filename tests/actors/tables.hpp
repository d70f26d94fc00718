#pragma once

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "actors/topology/anti_entropy.hpp"
#include "actors/topology/topology_table.hpp"
#include "tests/actors/names.hpp"

/// Topology tables for tests.
namespace scalesmall::names {

/// The default incarnation of nodes.
inline constexpr std::uint32_t life = 1000;

/// The table of node n, which knows nothing yet.
inline topology_table table_of(std::uint8_t n, std::uint32_t incarnation = life) {
  return topology_table{topology{nth(n), incarnation}};
}

inline std::vector<timed_item> known(const topology_table& t, const std::string& group = "g") {
  return items(t.state(), group);
}

/// A complete row.
inline message complete(const net_id& member, stamp at, timed_set items) {
  return {"g", {{member, at}}, std::move(items)};
}

/// Runs a whole exchange that `first` begins. Returns the number of rows sent.
inline std::size_t exchange_between(topology_table& first, topology_table& second) {
  rng random{1};
  std::size_t rows = 0;
  auto said = request_digest(first.state(), random);
  for (topology_table* to = &second; said.stage != exchange::rest;
       to = to == &first ? &second : &first) {
    auto& other = to == &first ? second : first;
    auto reply = reply_to(to->state(), said, other.state().self);
    for (const auto& x : reply.rows) {
      rows += x.time.clocks().size();
      CHECK(other.apply(x).gap.empty());
    }
    said = {static_cast<exchange>(static_cast<int>(said.stage) + 1), std::move(reply.lacking)};
  }
  CHECK(said.groups.empty());
  return rows;
}

}  // namespace scalesmall::names
