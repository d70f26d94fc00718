#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <unordered_set>

#include "net/frames/seal.hpp"

namespace scalesmall {

/// Knows a frame that has been opened before by its nonce. It remembers the newest `memory` to
/// 2 * `memory` frames, so what it forgets is bounded and what it holds, too (some 50 bytes a
/// frame). Any thread.
class replay_guard {
public:
  explicit replay_guard(std::size_t memory = 16'384) : memory_(memory) {}

  /// Whether this nonce is not among those remembered; from now on it is. Ask it of authentic
  /// frames only, or strangers could make it forget.
  [[nodiscard]] bool is_new(std::span<const std::uint8_t, seal_nonce_bytes> nonce);

private:
  const std::size_t memory_;
  std::mutex mutex_;
  std::unordered_set<std::uint64_t> newest_;
  std::unordered_set<std::uint64_t> older_;
};

}  // namespace scalesmall
