#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "messages/bytes.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

/// The bounds of one send_queue.
struct send_queue_limits {
  std::size_t frames_max = limits::peer_queue_frames_max;  ///< waiting
  std::size_t bytes_max = limits::peer_queue_bytes_max;    ///< of the waiting frames
  std::size_t window_bytes = 256 * 1024;                   ///< in flight before take() pauses
};

/// The frames for one peer, in order. A frame waits until take() puts it in flight, that is into
/// the port's hands, and leaves when confirm() says that the operating system has it. Only waiting
/// frames can be dropped. What the peer can no longer get comes back as its tags, which say
/// whatever the owner needs to know of a frame. Not thread-safe.
template <class Tag>
class send_queue {
public:
  explicit send_queue(send_queue_limits bounds = {}) : bounds_(bounds) {}

  /// Adds a frame. Returns the tags of those that had to go to make room: the oldest that wait,
  /// never the new one.
  [[nodiscard]] std::vector<Tag> push(bytes frame, Tag tag) {
    std::vector<Tag> gone;
    while (waiting() > 0 &&
           (waiting() >= bounds_.frames_max || waiting_bytes_ + frame.size() > bounds_.bytes_max)) {
      const auto oldest = entries_.begin() + static_cast<std::ptrdiff_t>(taken_);
      waiting_bytes_ -= oldest->size;
      gone.push_back(std::move(oldest->tag));
      entries_.erase(oldest);
    }
    dropped_ += gone.size();
    waiting_bytes_ += frame.size();
    const auto size = frame.size();
    entries_.push_back({std::move(frame), size, std::move(tag)});
    return gone;
  }

  /// The next frame to hand to the port; nothing while the window is full or none waits.
  [[nodiscard]] std::optional<bytes> take() {
    if (waiting() == 0 || in_flight_bytes_ >= bounds_.window_bytes) return std::nullopt;
    auto& next = entries_[taken_++];
    waiting_bytes_ -= next.size;
    in_flight_bytes_ += next.size;
    return std::move(next.frame);
  }

  /// The operating system has this many bytes more. Returns the tags of the frames that it has
  /// whole now. Throws std::logic_error if that is more than are in flight.
  std::vector<Tag> confirm(std::size_t sent) {
    if (sent > in_flight_bytes_)
      throw std::logic_error("send_queue::confirm: more than is in flight");
    in_flight_bytes_ -= sent;
    confirmed_of_first_ += sent;
    std::vector<Tag> done;
    while (taken_ > 0 && confirmed_of_first_ >= entries_.front().size) {
      confirmed_of_first_ -= entries_.front().size;
      done.push_back(std::move(entries_.front().tag));
      entries_.pop_front();
      --taken_;
    }
    return done;
  }

  /// Empties the queue and gives back the tags of all frames that the operating system does not
  /// have whole, in order.
  [[nodiscard]] std::vector<Tag> give_up() {
    std::vector<Tag> tags;
    tags.reserve(entries_.size());
    for (auto& entry : entries_) tags.push_back(std::move(entry.tag));
    entries_.clear();
    taken_ = waiting_bytes_ = in_flight_bytes_ = confirmed_of_first_ = 0;
    return tags;
  }

  [[nodiscard]] std::size_t waiting() const noexcept { return entries_.size() - taken_; }
  [[nodiscard]] std::size_t waiting_bytes() const noexcept { return waiting_bytes_; }
  [[nodiscard]] std::size_t in_flight_bytes() const noexcept { return in_flight_bytes_; }
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }

  /// How many frames push() has dropped since the beginning.
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }

private:
  struct entry {
    bytes frame;  ///< moved out once taken
    std::size_t size;
    Tag tag;
  };

  send_queue_limits bounds_;
  std::deque<entry> entries_;  ///< the first taken_ of them are in flight
  std::size_t taken_ = 0;
  std::size_t waiting_bytes_ = 0;
  std::size_t in_flight_bytes_ = 0;
  std::size_t confirmed_of_first_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace scalesmall
