#pragma once

#include <cstddef>
#include <vector>

#include "actors/peers/peer_table.hpp"
#include "actors/topology/topology.hpp"
#include "messages/message.hpp"

namespace scalesmall {

/// Members that are to be told less of a broadcast than all others, because they are interested in
/// a part of a group.
struct narrow_audience {
  std::vector<net_id> members;  ///< ascending
  std::vector<message> rows;    ///< what they are told; may be nothing

  friend bool operator==(const narrow_audience&, const narrow_audience&) = default;
};

/// Rows told times different interests up to which it is found out whom each row concerns; beyond
/// that all are told all, since to find out would delay it more than it spares.
inline constexpr std::size_t narrow_comparisons_max = 200'000;

/// Those who are to be told less than these rows, which this node tells as they are in `t`; who is
/// to be told the same stands in one audience. Linear in the members of the groups named, if any of
/// them is interested in a part, and in narrow_comparisons_max.
[[nodiscard]] std::vector<narrow_audience> narrow_audiences(const topology& t,
                                                            const std::vector<message>& rows);

/// Who of those to be served gets which rows.
struct share {
  std::vector<message> rows;
  peer_table::recipients to;
};

/// Divides whom to serve: first those who get all rows, then each audience that gets any. Who is
/// served apart remains so.
[[nodiscard]] std::vector<share> divide(const std::vector<message>& rows, peer_table::recipients to,
                                        const std::vector<narrow_audience>& narrow);

}  // namespace scalesmall
