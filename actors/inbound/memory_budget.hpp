#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace scalesmall {

/// Room for bytes that all connections of a node share. Who asks for some gets all of it at once,
/// so that whoever has begun can end, or waits until it is there. Who wants least comes first: what
/// nodes tell each other is mostly short, and who claims much for nothing shall keep nobody else
/// waiting; of those who want the same, who asked first. Any thread.
class memory_budget {
  struct queue;

public:
  /// What somebody asked for; given up with the object, granted or not. One owner.
  class reservation {
  public:
    reservation(const reservation&) = delete;
    reservation& operator=(const reservation&) = delete;
    ~reservation();

    [[nodiscard]] bool granted() const;

    /// Whether others wait for room.
    [[nodiscard]] bool is_in_demand() const;

  private:
    friend class memory_budget;
    using waiter = std::multimap<std::size_t, reservation*>::iterator;

    reservation(std::shared_ptr<queue> room, std::size_t bytes, std::function<void()> on_granted);

    const std::shared_ptr<queue> room_;
    const std::size_t bytes_;
    const std::function<void()> on_granted_;
    bool granted_;   // guarded by the queue's mutex, as is the next
    waiter waiter_;  // while not granted
  };
  using reservation_ptr = std::unique_ptr<reservation>;

  explicit memory_budget(std::size_t bytes_max) : queue_(std::make_shared<queue>(bytes_max)) {}

  /// @param bytes       at most bytes_max
  /// @param on_granted  told once if the reservation was not granted at once but is now, by the
  /// thread
  ///                    that made room; also when the reservation is just being given up. Must not
  ///                    block
  [[nodiscard]] reservation_ptr ask(std::size_t bytes, std::function<void()> on_granted);

  /// A reservation, or null if there is no room at this moment.
  [[nodiscard]] reservation_ptr take(std::size_t bytes);

private:
  struct queue {
    explicit queue(std::size_t bytes_max) : free(bytes_max) {}

    /// Grants what fits now; gives whom to tell.
    std::vector<std::function<void()>> serve();

    std::mutex mutex;
    std::size_t free;
    std::multimap<std::size_t, reservation*> waiting;  // by bytes
  };

  std::shared_ptr<queue> queue_;
};

}  // namespace scalesmall
