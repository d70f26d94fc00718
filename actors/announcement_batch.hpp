#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/peer_table.hpp"
#include "messages/message.hpp"

namespace scalesmall {

/// Lets the first announcement go at once and gathers those that follow within a window, so that a
/// burst of changes leaves as one gossip and a single change never waits.
class announcement_batch {
public:
  explicit announcement_batch(moment window) : window_(window) {}

  /// Adds complete rows to what is to be said.
  void add(const std::vector<message>& rows);

  /// When the rows held may go; nothing if there are none.
  [[nodiscard]] std::optional<moment> ready_at() const;

  /// The rows held, one message a group, and begins the next window.
  [[nodiscard]] std::vector<message> take(moment now);

private:
  moment window_;
  moment next_ = moment::min();
  std::map<std::string, message> rows_;
};

}  // namespace scalesmall
