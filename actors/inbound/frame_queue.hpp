#pragma once

#include <cstddef>
#include <list>
#include <utility>
#include <vector>

#include "actors/inbound/frame_admission.hpp"

namespace scalesmall {

/// The frames of one connection that are not merged yet. They come out as gossips, one at a time
/// and in order, except for dense frames (see frame_admission). A dense frame waits aside for its
/// share of the time, so that it does not block the frames behind it. Few may wait; others are
/// dropped, and exchanges repeat what they said. Not thread-safe.
class frame_queue {
public:
  static constexpr std::size_t aside_frames_max = 6;
  /// Bytes of the bodies of all frames aside. A single one may be larger, if the node has room.
  static constexpr std::size_t aside_bytes_max = 256 * 1024;

  frame_queue(frame_admission& intake, const net_id& from) : intake_(&intake), from_(from) {}

  /// Appends whole frames. A large first one comes with its reservation, which is given up once all
  /// are opened.
  void add(std::vector<bytes> frames, memory_budget::reservation_ptr reservation = {});

  /// The next gossip. Null if there is none, or no room for it now. A fault has been counted.
  [[nodiscard]] result<frame_admission::gossip_ptr> next();

  /// True if at most frames aside are left, so that more may be read from the connection.
  [[nodiscard]] bool is_read() const noexcept { return waiting_.empty(); }

  [[nodiscard]] bool empty() const noexcept { return is_read() && aside_.empty(); }

  /// The number of frames dropped since the last call.
  [[nodiscard]] std::size_t take_dropped() noexcept { return std::exchange(dropped_, 0); }

private:
  struct aside_frame {
    opened_frame frame;
    memory_budget::reservation_ptr reservation;
  };

  void put_aside(opened_frame frame);

  frame_admission* intake_;
  net_id from_;
  // Lists, since they are mostly empty and an empty deque takes half a kilobyte.
  std::list<bytes> waiting_;
  memory_budget::reservation_ptr reservation_;  // of the largest of them
  std::list<aside_frame> aside_;
  std::size_t aside_bytes_ = 0;
  std::size_t dropped_ = 0;
};

}  // namespace scalesmall
