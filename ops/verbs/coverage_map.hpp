#pragma once

#include <cstddef>
#include <cstdint>
#include <scalesmall/coverage.hpp>
#include <scalesmall/item.hpp>
#include <vector>

#include "ops/verbs/commands.hpp"

namespace scalesmall {

/// Adjacent keys in a picture of a coverage.
struct map_piece {
  static constexpr std::size_t owners_max = 4;

  key_range range;
  std::vector<net_id> owners;       ///< reachable ones, of most keys first, at most owners_max
  std::vector<net_id> unreachable;  ///< likewise
  std::size_t members = 0;          ///< the most reachable members of one key; more than 1: overlap
  std::uint64_t uncovered = 0;      ///< keys that no member serves, reachable or not

  friend bool operator==(const map_piece&, const map_piece&) = default;
};

/// The pieces of a coverage within a window, at most `pieces_max` of them. If there are more, those
/// that lie in one column of the window, of equal width, become one piece. So a picture of any
/// group is bounded. Of each piece the owners beyond the first ones count as members alone, so the
/// cost is linear in the number of pieces, however many overlap.
/// @pre pieces_max is not 0
[[nodiscard]] std::vector<map_piece> map_of(const coverage& all, key_range window,
                                            std::size_t pieces_max);

/// How many keys a member claims in a group.
struct member_share {
  net_id member;
  std::uint64_t keys = 0;

  friend bool operator==(const member_share&, const member_share&) = default;
};

/// The members that claim keys, those with most keys first.
/// @param added  claims to serve ranges, in key order
[[nodiscard]] std::vector<member_share> shares_of(const std::vector<timed_item>& added);

/// The verb: a group in so few pieces that it can be drawn, however many ranges it has.
[[nodiscard]] result<json, command_error> show_map(command_context& c, const arguments& a);

/// The same for people.
[[nodiscard]] std::string map_text(const json& answer);

}  // namespace scalesmall
