#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "actors/arrival/arrival_decision.hpp"
#include "actors/arrival/delayed_announcements.hpp"
#include "actors/arrival/newcomers.hpp"
#include "actors/arrival/request_limiter.hpp"
#include "actors/arrival/seen_broadcasts.hpp"
#include "actors/topology/merge_outcome.hpp"

namespace scalesmall {

/// The sender asked too often, or was told too much lately, so it is not answered. Nothing at all
/// is done about a request.
struct request_refused {};

/// The peer table is to learn from the envelope of the gossip.
struct envelope_to_note {};

/// What a node is to do about an arrival, in this order.
using arrival_effect = std::variant<request_refused, envelope_to_note, broadcast, announcement,
                                    direct, long_answer, hop_refused, groups_left_out>;

/// Decides what a node does about each gossip from outside, once its rows are merged. Not
/// thread-safe.
class arrival_core {
public:
  /// @param now when this node begins
  arrival_core(const net_id& self, time_point now, rng random);

  /// A gossip came that carries no program messages and no acknowledgements.
  /// @param merged what merging its rows changed
  /// @param known  whether its sender was a peer before
  /// @param t      the topology after the merge
  /// @param reached whether this node has reached its sender
  [[nodiscard]] std::vector<arrival_effect> arrived(const gossip& content, arrival_path path,
                                                    const merge_outcome& merged, bool known,
                                                    const topology& t, time_point now,
                                                    bool reached = false);

  /// Makes the next part of a long answer; nothing if its asker was told too much lately.
  /// @param reached whether this node has reached the asker
  [[nodiscard]] std::optional<answer_part> go_on(const gossip& asked, answer_position next,
                                                 const topology& t, time_point now,
                                                 bool reached = false);

  /// Rows to announce by now: they were held back in vain for a broadcast that tells them.
  [[nodiscard]] std::vector<row_mark> due(const topology& t, time_point now);

  /// When due() has something; nothing if no row is held.
  [[nodiscard]] std::optional<time_point> next_due() const { return held_.next_due(); }

private:
  net_id self_;
  newcomers newcomers_;
  request_limiter limiter_;
  seen_broadcasts seen_;
  delayed_announcements held_;
};

}  // namespace scalesmall
