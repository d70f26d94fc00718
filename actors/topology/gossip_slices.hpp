#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "messages/gossip.hpp"

namespace scalesmall {

/// Gives out the rows of a gossip some at a time, so that who merges a long one can do other things
/// between. Only one part is copied at any time. Not thread-safe.
class gossip_slices {
public:
  /// Clocks and items of a part; it is longer if one row is.
  static constexpr std::size_t slice_entries_max = 1'000;

  explicit gossip_slices(std::shared_ptr<const gossip> whole) : whole_(std::move(whole)) {}

  /// What has not been given out yet, in the order of the gossip; nothing at its end. Each part
  /// says of its rows what the gossip says of them.
  [[nodiscard]] std::optional<message> next();

private:
  std::shared_ptr<const gossip> whole_;
  std::size_t message_ = 0;
  std::size_t clock_ = 0;  // places in that message
  std::size_t since_ = 0;
  std::size_t item_ = 0;
  std::size_t absent_ = 0;
};

/// Whether the gossip has more to merge than one part.
[[nodiscard]] bool needs_slicing(const gossip& x);

}  // namespace scalesmall
