#pragma once

#include <cstddef>
#include <optional>
#include <scalesmall/bytes.hpp>
#include <scalesmall/result.hpp>
#include <vector>

#include "messages/limits.hpp"

namespace scalesmall {

/// Cuts a stream of bytes into the frames that stand in it back to back. It holds what has arrived
/// of one frame, never memory for what a header merely claims, and nothing between frames. Not
/// thread-safe.
class framer {
public:
  /// @param body_bytes_max  beyond this a frame is refused with limit_exceeded
  explicit framer(std::size_t body_bytes_max = limits::body_bytes_max)
      : body_bytes_max_(body_bytes_max) {}

  /// Takes the next slice of the stream and appends to frames each frame that it completes, header
  /// included. On a fault of read_frame_header the frames before it are still appended; from then
  /// on the framer says that fault to whatever follows, as there is no way to find the next frame.
  [[nodiscard]] result<success> feed(bytes_view slice, std::vector<bytes>& frames);

  /// How many bytes of an unfinished frame it holds.
  [[nodiscard]] std::size_t buffered() const noexcept { return partial_.size(); }

  /// How many bytes that frame will have; 0 while there is none or its header is not whole.
  [[nodiscard]] std::size_t announced() const noexcept { return frame_bytes_; }

private:
  void take(bytes_view& slice, std::size_t up_to);

  std::size_t body_bytes_max_;
  bytes partial_;
  std::size_t frame_bytes_ = 0;  ///< of the frame in partial_; 0 while its header is not whole
  std::optional<fault> failed_;
};

}  // namespace scalesmall
