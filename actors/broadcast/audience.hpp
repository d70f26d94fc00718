#pragma once

#include <cstddef>
#include <vector>

#include "actors/peers/peer_table.hpp"
#include "actors/topology/topology.hpp"
#include "messages/message.hpp"

namespace scalesmall {

/// Members that are told less of a broadcast than all others, because they are interested in a part
/// of a group.
struct narrow_audience {
  std::vector<net_id> members;  ///< ascending
  std::vector<message> rows;    ///< what they are told; may be nothing

  friend bool operator==(const narrow_audience&, const narrow_audience&) = default;
};

/// Up to this product of the rows told and the different interests it is found out which members
/// each row concerns. Beyond it all members are told all rows, since the search would cost more
/// time than it saves traffic.
inline constexpr std::size_t narrow_comparisons_max = 200'000;

/// The members that are told less than these rows, which this node tells as they are in `t`.
/// Members that are told the same stand in one audience. Linear in the members of the groups named,
/// if any of them is interested in a part, and in narrow_comparisons_max.
[[nodiscard]] std::vector<narrow_audience> narrow_audiences(const topology& t,
                                                            const std::vector<message>& rows);

/// The recipients that get the same rows.
struct share {
  std::vector<message> rows;
  peer_table::recipients to;
};

/// Divides the recipients: first those that get all rows, then each audience that gets any.
/// Strangers remain strangers.
[[nodiscard]] std::vector<share> divide(const std::vector<message>& rows, peer_table::recipients to,
                                        const std::vector<narrow_audience>& narrow);

}  // namespace scalesmall
