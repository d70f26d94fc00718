#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <thread>
#include <utility>

namespace scalesmall::supervision {

/// Holds one immutable value. Any number of threads may read it while one thread at a time replaces
/// it. A reader takes no lock and never waits for the writer. The writer waits only if readers were
/// suspended in the middle of a copy in all other slots.
///
/// Each value is in one of a few slots. A reader increments the reader count of the current slot
/// and then checks that this slot is still the current one. If so, the writer does not touch the
/// slot until the reader has left. (std::atomic<std::shared_ptr> of libstdc++ 12 has a lock inside,
/// and by the letter of the standard its load is a data race.)
template <class T>
class snapshot_cell {
public:
  /// The newest value; null before the first `store`. Any thread may call it.
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

  /// Replaces the value. At most one thread may call it at a time.
  void store(std::shared_ptr<const T> value) {
    const auto old = current_.load();
    const auto next = free_slot(old);
    slots_[next].value = std::move(value);
    current_.store(next);
    // Release old values that an earlier call could not release because of a reader.
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
