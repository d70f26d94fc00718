#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <set>
#include <span>
#include <utility>

#include "net/frames/seal.hpp"

namespace scalesmall {

/// Recognises a frame that has been opened before, by its nonce and the time at which it was
/// sealed. It remembers the `memory` frames that were sealed last, in some 70 bytes each. It cannot
/// vouch for a frame that was sealed before all of them once it has forgotten one. Any thread.
class replay_guard {
public:
  enum class verdict : std::uint8_t {
    fresh,
    repeated,
    too_old,  ///< it may have been opened before
  };

  explicit replay_guard(std::size_t memory = 65'536) : memory_(memory) {}

  /// Remembers the frame. Call this for authentic frames only, or strangers could make the guard
  /// forget.
  /// @param sealed_at  as the frame says, since 1970
  [[nodiscard]] verdict note(std::span<const std::uint8_t, seal_nonce_bytes> nonce,
                             std::chrono::milliseconds sealed_at);

private:
  using entry = std::pair<std::chrono::milliseconds, std::uint64_t>;  // the nonce's first bytes

  const std::size_t memory_;
  std::mutex mutex_;
  std::set<entry> opened_;
  std::chrono::milliseconds forgotten_ = std::chrono::milliseconds::min();  // the newest of these
};

}  // namespace scalesmall
