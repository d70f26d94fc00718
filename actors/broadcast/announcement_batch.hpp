#pragma once

#include <map>
#include <optional>
#include <scalesmall/time.hpp>
#include <string>
#include <vector>

#include "actors/topology/row_mark.hpp"

namespace scalesmall {

/// Lets the first announcement go at once and gathers those that follow within a window, so that a
/// burst of changes leaves as one gossip and a single change never waits.
class announcement_batch {
public:
  explicit announcement_batch(duration window) : window_(window) {}

  /// Adds rows to be told.
  void add(const std::vector<row_mark>& rows);

  /// Ends the window: the rows held may leave now.
  void hurry() { next_ = time_point::min(); }

  /// When the rows held may leave; nothing if there are none.
  [[nodiscard]] std::optional<time_point> ready_at() const;

  /// Gives out the rows held, as they are now, and begins the next window.
  [[nodiscard]] std::vector<message> take(time_point now, const topology& t);

private:
  duration window_;
  time_point next_ = time_point::min();
  std::map<std::string, std::map<net_id, std::optional<stamp>>> rows_;  // since when
};

}  // namespace scalesmall
