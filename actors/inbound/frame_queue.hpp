#pragma once

#include <cstddef>
#include <list>
#include <utility>
#include <vector>

#include "actors/inbound/frame_admission.hpp"

namespace scalesmall {

/// The frames of one connection that are not merged yet. They come out as gossips, one at a time
/// and in order, but for those that unfold to very much: these wait for their share of the time
/// aside, so that whoever brings one, or passes one on in good faith, is not silent until then. Few
/// wait; what more comes is dropped and left to exchanges. Not thread-safe.
class frame_queue {
public:
  static constexpr std::size_t aside_frames_max = 6;
  /// Of their bodies together, in bytes; one may wait whatever its size, if the node has room.
  static constexpr std::size_t aside_bytes_max = 256 * 1024;

  frame_queue(frame_admission& intake, const net_id& from) : intake_(&intake), from_(from) {}

  /// Whole frames that came after all others, and the reservation in the node's room that the first
  /// of them needed, if any: it is given up once they are opened.
  void add(std::vector<bytes> frames, memory_budget::reservation_ptr reservation = {});

  /// The next gossip; null if there is none or none for which there is room now. A fault is counted
  /// by then.
  [[nodiscard]] result<frame_admission::gossip_ptr> next();

  /// Nothing is left but frames that wait aside: more may be read from the connection.
  [[nodiscard]] bool is_read() const noexcept { return waiting_.empty(); }

  [[nodiscard]] bool empty() const noexcept { return is_read() && aside_.empty(); }

  /// How many frames were dropped since the last question.
  [[nodiscard]] std::size_t take_dropped() noexcept { return std::exchange(dropped_, 0); }

private:
  struct aside_frame {
    opened_frame frame;
    memory_budget::reservation_ptr reservation;
  };

  void put_aside(opened_frame frame);

  frame_admission* intake_;
  net_id from_;
  // Lists, because they are mostly empty: a deque takes half a kilobyte even then.
  std::list<bytes> waiting_;
  memory_budget::reservation_ptr reservation_;  // of the largest of them
  std::list<aside_frame> aside_;
  std::size_t aside_bytes_ = 0;
  std::size_t dropped_ = 0;
};

}  // namespace scalesmall
