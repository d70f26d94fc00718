#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <map>
#include <optional>
#include <scalesmall/bytes.hpp>
#include <stdexcept>
#include <utility>
#include <vector>

#include "messages/limits.hpp"

namespace scalesmall {

/// The bounds of one send_queue.
struct send_queue_limits {
  std::size_t frames_max = limits::peer_queue_frames_max;  ///< frames that wait
  std::size_t bytes_max = limits::peer_queue_bytes_max;    ///< bytes of the frames that wait
  std::size_t window_bytes = 256 * 1024;                   ///< bytes in flight before take() pauses
};

/// The frames for one peer. A frame waits until take() hands it to the port and so puts it in
/// flight. It leaves when confirm() says that the operating system has all of it. Only waiting
/// frames can be dropped. For a frame that the peer can no longer get, the queue returns its tag,
/// which holds what the owner needs to know of the frame.
///
/// Each frame belongs to a flow, which keeps its order. Flows take turns frame by frame. When there
/// is no room, the flow with the most bytes loses its oldest frame, so that a busy flow does not
/// silence the others. Not thread-safe.
template <class Tag>
class send_queue {
public:
  using flow = std::uint64_t;

  explicit send_queue(send_queue_limits bounds = {}) : bounds_(bounds) {}

  /// Adds a frame. Returns the tags of the frames that were dropped to make room; the new frame is
  /// never dropped.
  [[nodiscard]] std::vector<Tag> push(bytes frame, Tag tag, flow of = 0) {
    std::vector<Tag> gone;
    while (waiting_ > 0 &&
           (waiting_ >= bounds_.frames_max || waiting_bytes_ + frame.size() > bounds_.bytes_max)) {
      const auto fullest = std::ranges::max_element(
          flows_, {}, [](const auto& x) { return x.second.waiting_bytes; });
      gone.push_back(std::move(pop(fullest).tag));
    }
    dropped_ += gone.size();
    const auto size = frame.size();
    auto& x = flows_[of];
    x.waiting_bytes += size;
    x.entries.push_back({std::move(frame), size, std::move(tag), pushed_++});
    waiting_bytes_ += size;
    ++waiting_;
    return gone;
  }

  /// The next frame for the port; nothing while the window is full or no frame waits.
  [[nodiscard]] std::optional<bytes> take() {
    if (waiting_ == 0 || in_flight_bytes_ >= bounds_.window_bytes) return std::nullopt;
    auto next = flows_.upper_bound(last_);
    if (next == flows_.end()) next = flows_.begin();
    last_ = next->first;
    auto taken = pop(next);
    in_flight_bytes_ += taken.size;
    auto frame = std::move(taken.frame);
    in_flight_.push_back(std::move(taken));
    return frame;
  }

  /// Notes that the operating system has taken this many more bytes. Returns the tags of the frames
  /// that it now has completely. Throws std::logic_error if fewer bytes are in flight.
  std::vector<Tag> confirm(std::size_t sent) {
    if (sent > in_flight_bytes_)
      throw std::logic_error("send_queue::confirm: more than is in flight");
    in_flight_bytes_ -= sent;
    confirmed_of_first_ += sent;
    std::vector<Tag> done;
    while (!in_flight_.empty() && confirmed_of_first_ >= in_flight_.front().size) {
      confirmed_of_first_ -= in_flight_.front().size;
      done.push_back(std::move(in_flight_.front().tag));
      in_flight_.pop_front();
    }
    return done;
  }

  /// Empties the queue. Returns the tags of all frames that the operating system does not have
  /// completely, in the order of push().
  [[nodiscard]] std::vector<Tag> give_up() {
    std::vector<entry> left{std::make_move_iterator(in_flight_.begin()),
                            std::make_move_iterator(in_flight_.end())};
    for (auto& [of, x] : flows_)
      left.insert(left.end(), std::make_move_iterator(x.entries.begin()),
                  std::make_move_iterator(x.entries.end()));
    std::ranges::sort(left, {}, &entry::number);
    std::vector<Tag> tags;
    tags.reserve(left.size());
    for (auto& x : left) tags.push_back(std::move(x.tag));
    in_flight_.clear();
    flows_.clear();
    waiting_ = waiting_bytes_ = in_flight_bytes_ = confirmed_of_first_ = 0;
    return tags;
  }

  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }
  [[nodiscard]] std::size_t waiting_bytes() const noexcept { return waiting_bytes_; }
  [[nodiscard]] std::size_t in_flight_bytes() const noexcept { return in_flight_bytes_; }
  [[nodiscard]] bool empty() const noexcept { return waiting_ == 0 && in_flight_.empty(); }

  /// The number of frames that push() has dropped so far.
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }

private:
  struct entry {
    bytes frame;  ///< empty once taken
    std::size_t size;
    Tag tag;
    std::uint64_t number;  ///< counts calls of push()
  };

  struct flow_queue {
    std::list<entry> entries;
    std::size_t waiting_bytes = 0;
  };

  entry pop(typename std::map<flow, flow_queue>::iterator of) {
    auto& x = of->second;
    auto first = std::move(x.entries.front());
    x.entries.pop_front();
    x.waiting_bytes -= first.size;
    waiting_bytes_ -= first.size;
    --waiting_;
    if (x.entries.empty()) flows_.erase(of);
    return first;
  }

  send_queue_limits bounds_;
  std::map<flow, flow_queue> flows_;  ///< the flows with waiting frames
  std::list<entry> in_flight_;        // mostly empty, and an empty deque takes half a kilobyte
  flow last_ = 0;                     ///< the flow that had its turn last
  std::size_t waiting_ = 0;
  std::size_t waiting_bytes_ = 0;
  std::size_t in_flight_bytes_ = 0;
  std::size_t confirmed_of_first_ = 0;
  std::uint64_t pushed_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace scalesmall
