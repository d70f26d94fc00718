#pragma once

#include <memory>
#include <mutex>
#include <scalesmall/key_ring.hpp>
#include <string_view>
#include <utility>
#include <vector>

namespace scalesmall {

/// The key ring of a running node. Every reader gets the ring as of one moment, also while it is
/// changed. Any thread.
class key_store {
public:
  explicit key_store(key_ring first = {})
      : ring_(std::make_shared<const key_ring>(std::move(first))) {}

  /// The current ring. Never null; the ring that is returned never changes.
  [[nodiscard]] std::shared_ptr<const key_ring> read() const {
    const std::scoped_lock lock{mutex_};
    return ring_;
  }

  // These do and return what the functions of the same names in key_ring do. A frame that is sealed
  // after the call has returned is sealed with the changed ring.

  result<done, key_error> add(const std::vector<key_ptr>& keys) {
    return change([&](key_ring& ring) { return ring.add(keys); });
  }
  result<done, key_error> use(std::string_view fingerprint) {
    return change([&](key_ring& ring) { return ring.use(fingerprint); });
  }
  result<done, key_error> remove(std::string_view fingerprint) {
    return change([&](key_ring& ring) { return ring.remove(fingerprint); });
  }

  /// Puts another ring in place of the current one, which is returned.
  std::shared_ptr<const key_ring> replace(key_ring next) {
    auto made = std::make_shared<const key_ring>(std::move(next));
    const std::scoped_lock lock{mutex_};
    return std::exchange(ring_, std::move(made));
  }

private:
  template <class Change>
  result<done, key_error> change(const Change& how) {
    const std::scoped_lock lock{mutex_};
    auto next = std::make_shared<key_ring>(*ring_);
    const auto outcome = how(*next);
    if (outcome) ring_ = std::move(next);
    return outcome;
  }

  mutable std::mutex mutex_;  // held only while a few pointers are copied
  std::shared_ptr<const key_ring> ring_;
};

}  // namespace scalesmall
