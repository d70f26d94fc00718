#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace scalesmall {

/// A budget of bytes that all connections of a node share. Thread-safe.
///
/// A reservation is granted whole or waits, so a frame that has begun can always be completed. The
/// smallest waiting reservation is granted first, since honest frames are mostly small and a false
/// announcement of a large one must not block others. The oldest of equal ones is first.
class memory_budget {
  struct queue;

public:
  /// A share of the budget, granted or waiting. The destructor gives it up. One owner.
  class reservation {
  public:
    reservation(const reservation&) = delete;
    reservation& operator=(const reservation&) = delete;
    ~reservation();

    [[nodiscard]] bool granted() const;

    /// True if other reservations wait.
    [[nodiscard]] bool is_in_demand() const;

  private:
    friend class memory_budget;
    using waiter = std::multimap<std::size_t, reservation*>::iterator;

    reservation(std::shared_ptr<queue> room, std::size_t bytes, std::function<void()> on_granted);

    const std::shared_ptr<queue> room_;
    const std::size_t bytes_;
    const std::function<void()> on_granted_;
    bool granted_;   // this and the next are guarded by the queue's mutex
    waiter waiter_;  // while not granted
  };
  using reservation_ptr = std::unique_ptr<reservation>;

  explicit memory_budget(std::size_t bytes_max) : queue_(std::make_shared<queue>(bytes_max)) {}

  /// Makes a reservation, granted at once or waiting.
  /// @param bytes       at most bytes_max
  /// @param on_granted  called once if the reservation waited and is now granted, by the thread
  ///                    that made room; possibly while the reservation is being given up. Must not
  ///                    block
  [[nodiscard]] reservation_ptr ask(std::size_t bytes, std::function<void()> on_granted);

  /// A granted reservation, or null if there is no room now.
  [[nodiscard]] reservation_ptr take(std::size_t bytes);

private:
  struct queue {
    explicit queue(std::size_t bytes_max) : free(bytes_max) {}

    /// Grants the reservations that fit now. Returns their callbacks.
    std::vector<std::function<void()>> serve();

    std::mutex mutex;
    std::size_t free;
    std::multimap<std::size_t, reservation*> waiting;  // by bytes
  };

  std::shared_ptr<queue> queue_;
};

}  // namespace scalesmall
