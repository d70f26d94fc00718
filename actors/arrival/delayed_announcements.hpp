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

/// News that an exchange brought, until it is clear whether others need to be told. Mostly they do
/// not: the broadcast is on its way and the exchange was faster. So each node waits for a time of
/// its own, and who hears the same from a broadcast meanwhile has nothing to tell (the suppression
/// of Scalable Reliable Multicast, Floyd et al. 1997). Without it each node that an exchange
/// reaches before the broadcast begins another for all; that slows down the first, and more
/// exchanges are faster. Not thread-safe.
class delayed_announcements {
public:
  /// Longer than a broadcast takes, and of as many nodes with the same news some soon after.
  static constexpr std::chrono::milliseconds hold_min{100};
  static constexpr std::chrono::milliseconds hold_max{1'100};
  static constexpr std::size_t rows_max = 4'096;  ///< beyond it rows are left to exchanges

  explicit delayed_announcements(rng random) : random_(random) {}

  /// News that came together are announced together: many rows must not become as many broadcasts.
  void hold(const std::vector<row_mark>& news, moment now);

  /// Drops the rows that a broadcast tells everybody.
  void heard(const std::vector<message>& broadcast);
  void heard(const std::vector<row_mark>& announcement);

  [[nodiscard]] std::optional<moment> next_due() const;

  /// Gives out the rows that were held for long enough and that `t` still has: to be announced.
  [[nodiscard]] std::vector<row_mark> take(moment now, const topology& t);

private:
  struct held {
    stamp at;
    std::optional<stamp> since;  ///< none: the complete row
    moment until;
  };

  void heard(const std::string& group, const net_id& member, const stamp& at);

  rng random_;
  std::map<std::pair<std::string, net_id>, held> rows_;
};

}  // namespace scalesmall
