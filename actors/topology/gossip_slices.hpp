#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "messages/gossip.hpp"

namespace scalesmall {

/// Cuts a long gossip into slices, so that an actor can handle other messages between two merges.
/// Only one slice is copied at a time. Not thread-safe.
class gossip_slices {
public:
  /// Most clocks and claims of a slice. A row is never cut, so a slice exceeds this by up to a row.
  static constexpr std::size_t slice_entries_max = 1'000;

  explicit gossip_slices(std::shared_ptr<const gossip> whole) : whole_(std::move(whole)) {}

  /// The next slice, in the order of the gossip; nothing at its end. A slice holds all that the
  /// gossip says of its rows.
  [[nodiscard]] std::optional<message> next();

private:
  std::shared_ptr<const gossip> whole_;
  std::size_t message_ = 0;
  std::size_t clock_ = 0;  // this and those below: positions in that message
  std::size_t since_ = 0;
  std::size_t item_ = 0;
  std::size_t absent_ = 0;
};

/// True if the gossip has more clocks and claims than fit one slice.
[[nodiscard]] bool needs_slicing(const gossip& x);

}  // namespace scalesmall
