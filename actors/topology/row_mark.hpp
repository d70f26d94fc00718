#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/topology/topology.hpp"

namespace scalesmall {

/// Names a row that is to be told to others, and from which change on. The claims are read from the
/// topology when the row is told, so a mark stays small and never tells what is out of date.
struct row_mark {
  std::string group;
  net_id member;
  stamp at = {};                    ///< the row's clock when the mark was made
  std::optional<stamp> since = {};  ///< told are the changes after it; none: the complete row

  friend auto operator<=>(const row_mark&, const row_mark&) = default;
};

/// The mark of a row, with `since` only if the changes after it can be told. Nothing if not even
/// the member's presence is known.
[[nodiscard]] std::optional<row_mark> mark_of(std::string_view group, const row& x,
                                              const std::optional<stamp>& since = {});

/// A mark of the complete row of a member in each group that it has one in.
[[nodiscard]] std::vector<row_mark> marks_of_member(const topology& t, const net_id& member);

/// A mark of each row that these messages tell.
[[nodiscard]] std::vector<row_mark> marks_of(const std::vector<message>& rows);

}  // namespace scalesmall
