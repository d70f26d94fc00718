#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <scalesmall/time.hpp>
#include <string>
#include <utility>
#include <vector>

#include "actors/topology/row_mark.hpp"
#include "messages/message.hpp"
#include "net/rng.hpp"

namespace scalesmall {

/// Holds the news that an exchange brought until it is clear whether others need to be told. Mostly
/// they do not: the broadcast is on its way and the exchange was faster. So each node waits for a
/// random time, and a node that meanwhile hears the same by a broadcast drops its announcement (the
/// suppression of Scalable Reliable Multicast, Floyd et al. 1997). Without it each node that an
/// exchange reaches before the broadcast would begin another broadcast; these slow down the first,
/// so that still more exchanges are faster. Not thread-safe.
class delayed_announcements {
public:
  /// The shortest is longer than a broadcast takes. The longest spreads the nodes that hold the
  /// same news, so that one of them is the first.
  static constexpr std::chrono::milliseconds hold_min{100};
  static constexpr std::chrono::milliseconds hold_max{1'100};
  static constexpr std::size_t rows_max = 4'096;  ///< beyond it rows are left to exchanges

  explicit delayed_announcements(rng random) : random_(random) {}

  /// News that came together are announced together: many rows must not become as many broadcasts.
  void hold(const std::vector<row_mark>& news, time_point now);

  /// Drops the rows that a broadcast tells everybody.
  void heard(const std::vector<message>& broadcast);
  void heard(const std::vector<row_mark>& announcement);

  [[nodiscard]] std::optional<time_point> next_due() const;

  /// Gives out the rows that were held for long enough and that `t` still has: to be announced.
  [[nodiscard]] std::vector<row_mark> take(time_point now, const topology& t);

private:
  struct held {
    stamp at;
    std::optional<stamp> since;  ///< none: the complete row
    time_point until;
  };

  void heard(const std::string& group, const net_id& member, const stamp& at);

  rng random_;
  std::map<std::pair<std::string, net_id>, held> rows_;
};

}  // namespace scalesmall
