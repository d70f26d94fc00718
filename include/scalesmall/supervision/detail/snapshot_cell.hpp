#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <thread>
#include <utility>

namespace scalesmall::supervision {

/// A place for one immutable value that any number of threads read while one thread at a time
/// replaces it. A reader takes no lock and never waits for the writer; the writer waits only if
/// readers were suspended in the middle of copying out of all other slots.
///
/// Each value stands in one of a few slots. A reader announces itself at the current slot and looks
/// again whether it is still current: if so, the writer will not touch that slot before the reader
/// has gone. (std::atomic<std::shared_ptr> of libstdc++ 12 would do the same with a lock inside,
/// and its load is a data race by the letter of the standard.)
template <class T>
class snapshot_cell {
public:
  /// The newest value; null before the first `store`. Any thread.
  [[nodiscard]] std::shared_ptr<const T> load() const {
    for (;;) {
      const auto current = current_.load();
      auto& slot = slots_[current];
      slot.readers.fetch_add(1);
      if (current_.load() == current) {
        auto value = slot.value;
        slot.readers.fetch_sub(1);
        return value;
      }
      slot.readers.fetch_sub(1);
    }
  }

  /// Replaces the value. One thread at a time.
  void store(std::shared_ptr<const T> value) {
    const auto old = current_.load();
    const auto next = free_slot(old);
    slots_[next].value = std::move(value);
    current_.store(next);
    // What was read of before and is not any more must not keep old values alive.
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      if (i != next && slots_[i].readers.load() == 0) slots_[i].value.reset();
    }
  }

private:
  struct alignas(64) slot {
    std::atomic<std::size_t> readers{0};
    std::shared_ptr<const T> value;
  };

  std::size_t free_slot(std::size_t current) const {
    for (;;) {
      for (std::size_t i = 0; i < slots_.size(); ++i) {
        if (i != current && slots_[i].readers.load() == 0) return i;
      }
      std::this_thread::yield();
    }
  }

  mutable std::array<slot, 8> slots_;
  std::atomic<std::size_t> current_{0};
};

}  // namespace scalesmall::supervision
