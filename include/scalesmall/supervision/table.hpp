#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <scalesmall/supervision/detail/snapshot_cell.hpp>
#include <stdexcept>
#include <utility>

namespace scalesmall::supervision {

/// Thrown by a table_writer that has a successor.
class stale_writer : public std::logic_error {
public:
  stale_writer() : std::logic_error("this writer of the table has a successor") {}
};

template <class T>
class table_writer;

/// A value that outlives the actor which writes it, as an ETS table outlives an Erlang process that
/// does not own it. The writer publishes immutable snapshots. Any thread reads the newest snapshot
/// without a message and without a lock. Copies denote the same table: one goes to the start
/// function of the writer, others to the readers. There is always a snapshot.
template <class T>
class table {
public:
  explicit table(T first = T{}) : shared_(std::make_shared<shared>()) {
    shared_->cell.store(std::make_shared<const T>(std::move(first)));
  }

  /// The newest snapshot, never null. Lock-free and thread-safe.
  [[nodiscard]] std::shared_ptr<const T> read() const { return shared_->cell.load(); }

  /// The number of snapshots published so far; 0 for the initial one. A snapshot read after a call
  /// of `version` is at least as new as that version.
  [[nodiscard]] std::uint64_t version() const noexcept { return shared_->version.load(); }

  /// Blocks until the version exceeds `seen`, at most for `limit`. For threads that are not actors.
  /// @returns the version at the end
  template <class Rep, class Period>
  [[nodiscard]] std::uint64_t wait_for_change(std::uint64_t seen,
                                              std::chrono::duration<Rep, Period> limit) const {
    std::unique_lock lock{shared_->mutex};
    shared_->changed.wait_for(lock, limit, [&] { return shared_->version.load() > seen; });
    return shared_->version.load();
  }

private:
  friend class table_writer<T>;

  struct shared {
    snapshot_cell<T> cell;
    std::atomic<std::uint64_t> version{0};
    std::mutex mutex;  // for writers and for wait_for_change
    std::condition_variable changed;
    std::uint64_t writer = 0;
  };

  std::shared_ptr<shared> shared_;
};

/// The right to write a table. A new writer replaces the previous one, whose changes are refused
/// from then on: an actor that is stuck in a handler and was left behind cannot overwrite the
/// changes of its successor.
template <class T>
class table_writer {
public:
  explicit table_writer(const table<T>& t) : shared_(t.shared_) {
    const std::lock_guard lock{shared_->mutex};
    number_ = ++shared_->writer;
  }

  /// The newest snapshot. A new writer continues from it.
  [[nodiscard]] std::shared_ptr<const T> read() const { return shared_->cell.load(); }

  /// Makes `value` the newest snapshot.
  /// @throws stale_writer; std::invalid_argument if `value` is null
  void publish(std::shared_ptr<const T> value) {
    if (value == nullptr) throw std::invalid_argument("a table has no null snapshot");
    {
      const std::lock_guard lock{shared_->mutex};
      if (shared_->writer != number_) throw stale_writer{};
      shared_->cell.store(std::move(value));
      shared_->version.fetch_add(1);
    }
    shared_->changed.notify_all();
  }

  /// Publishes a changed copy of the newest snapshot. If `change` throws, readers keep the old one.
  /// @throws stale_writer, and any exception of `change`
  template <class F>
  void update(F&& change) {
    auto copy = std::make_shared<T>(*read());
    std::forward<F>(change)(*copy);
    publish(std::move(copy));
  }

private:
  std::shared_ptr<typename table<T>::shared> shared_;
  std::uint64_t number_ = 0;
};

}  // namespace scalesmall::supervision
