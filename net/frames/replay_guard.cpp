#include "net/frames/replay_guard.hpp"

#include <cstring>

namespace scalesmall {

replay_guard::verdict replay_guard::note(std::span<const std::uint8_t, seal_nonce_bytes> nonce,
                                         std::chrono::milliseconds sealed_at) {
  // Nonces are random, so no two among so few share their first 8 bytes.
  std::uint64_t name = 0;
  std::memcpy(&name, nonce.data(), sizeof name);
  const std::scoped_lock lock{mutex_};
  if (sealed_at <= forgotten_) return verdict::too_old;
  if (!opened_.emplace(sealed_at, name).second) return verdict::repeated;
  if (opened_.size() > memory_) {
    forgotten_ = opened_.begin()->first;
    opened_.erase(opened_.begin());
  }
  return verdict::fresh;
}

}  // namespace scalesmall
