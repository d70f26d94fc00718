#pragma once

#include <algorithm>
#include <scalesmall/item.hpp>
#include <set>
#include <string_view>

#include "actors/topology/topology.hpp"
#include "tests/fuzz/fuzz.hpp"

/// What holds of every node, whatever it has heard. A law that is broken ends the process.
namespace scalesmall::fuzz {

/// This node's claims to serve in the group are those that its own calls made.
inline void must_serve(const topology& t, std::string_view group,
                       const std::set<key_range>& served) {
  std::set<key_range> mine;
  for (const auto& x : items(t, group, op::add)) {
    if (x.item.member == t.self) mine.insert(x.item.range);
  }
  must(mine == served, "this node's claims are its own");
}

/// What a node knows is in order.
inline void must_be_in_order(const topology& t) {
  for (const auto& [name, rows] : t.groups) {
    must(std::ranges::is_sorted(items(t, name)), "items in order");
    for (const auto& x : rows->all()) {
      for (const auto& claim : x->claims) {
        must(claim.item.member == x->member, "a row is of one member");
        must(claim.at.incarnation != 0, "no claim of nobody");
      }
    }
  }
}

}  // namespace scalesmall::fuzz
