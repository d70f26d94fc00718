#pragma once

#include <memory>
#include <mutex>
#include <scalesmall/key_ring.hpp>
#include <string_view>
#include <utility>
#include <vector>

namespace scalesmall {

/// The key ring of a running node. A reader gets the ring as it was at one moment, while another
/// thread may change it. Any thread.
class key_store {
public:
  explicit key_store(key_ring first = {})
      : ring_(std::make_shared<const key_ring>(std::move(first))) {}

  /// The ring as it is now; never null, and never changed afterwards.
  [[nodiscard]] std::shared_ptr<const key_ring> read() const {
    const std::scoped_lock lock{mutex_};
    return ring_;
  }

  // The changes of key_ring, with the same errors. A frame that is sealed after the call has
  // returned sees the change.

  result<success, key_error> add(const std::vector<key_ptr>& keys) {
    return change([&](key_ring& ring) { return ring.add(keys); });
  }
  result<success, key_error> use(std::string_view fingerprint) {
    return change([&](key_ring& ring) { return ring.use(fingerprint); });
  }
  result<success, key_error> remove(std::string_view fingerprint) {
    return change([&](key_ring& ring) { return ring.remove(fingerprint); });
  }

private:
  template <class Change>
  result<success, key_error> change(const Change& how) {
    const std::scoped_lock lock{mutex_};
    auto next = std::make_shared<key_ring>(*ring_);
    const auto done = how(*next);
    if (done) ring_ = std::move(next);
    return done;
  }

  mutable std::mutex mutex_;  // held for no longer than it takes to copy a few pointers
  std::shared_ptr<const key_ring> ring_;
};

}  // namespace scalesmall
