#include "net/frames/replay_guard.hpp"

#include <cstring>
#include <utility>

namespace scalesmall {

bool replay_guard::is_new(std::span<const std::uint8_t, seal_nonce_bytes> nonce) {
  // Nonces are random, so no two among so few share their first 8 bytes.
  std::uint64_t name = 0;
  std::memcpy(&name, nonce.data(), sizeof name);
  const std::scoped_lock lock{mutex_};
  if (older_.contains(name) || !newest_.insert(name).second) return false;
  if (newest_.size() == memory_) older_ = std::exchange(newest_, {});
  return true;
}

}  // namespace scalesmall
