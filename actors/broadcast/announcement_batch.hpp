#pragma once

#include <map>
#include <optional>
#include <scalesmall/time.hpp>
#include <string>
#include <vector>

#include "actors/topology/topology.hpp"

namespace scalesmall {

/// Lets the first announcement go at once and gathers those that follow within a window, so that a
/// burst of changes leaves as one gossip and a single change never waits.
class announcement_batch {
public:
  explicit announcement_batch(moment window) : window_(window) {}

  /// Adds rows to what is to be said: which, and since when.
  void add(const std::vector<message>& rows);

  /// When the rows held may go; nothing if there are none.
  [[nodiscard]] std::optional<moment> ready_at() const;

  /// What the rows held are now, and begins the next window.
  [[nodiscard]] std::vector<message> take(moment now, const topology& t);

private:
  moment window_;
  moment next_ = moment::min();
  std::map<std::string, std::map<net_id, std::optional<stamp>>> rows_;  // since when
};

}  // namespace scalesmall
