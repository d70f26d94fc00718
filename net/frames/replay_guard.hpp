#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <unordered_set>

#include "net/frames/seal.hpp"

namespace scalesmall {

/// Recognises a frame that has been opened before, by its nonce. It remembers at least the last
/// `memory` frames and at most twice as many, in some 50 bytes each. It does not recognise an older
/// frame. Any thread.
class replay_guard {
public:
  explicit replay_guard(std::size_t memory = 16'384) : memory_(memory) {}

  /// Remembers the nonce and returns whether it was unknown. Call this for authentic frames only,
  /// or strangers could make the guard forget.
  [[nodiscard]] bool is_new(std::span<const std::uint8_t, seal_nonce_bytes> nonce);

private:
  const std::size_t memory_;
  std::mutex mutex_;
  std::unordered_set<std::uint64_t> newest_;
  std::unordered_set<std::uint64_t> older_;
};

}  // namespace scalesmall
