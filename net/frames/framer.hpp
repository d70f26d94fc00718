#pragma once

#include <cstddef>
#include <optional>
#include <scalesmall/bytes.hpp>
#include <scalesmall/result.hpp>
#include <vector>

#include "messages/limits.hpp"

namespace scalesmall {

/// Cuts a stream of bytes into frames that follow each other without gaps. It holds only the bytes
/// of the unfinished frame: no memory for bytes that a header merely claims, and none between
/// frames. Not thread-safe.
class framer {
public:
  /// @param body_bytes_max  a frame with a longer body is refused with fault::limit_exceeded
  explicit framer(std::size_t body_bytes_max = limits::body_bytes_max)
      : body_bytes_max_(body_bytes_max) {}

  /// Takes the next slice of the stream and appends to `frames` each frame that it completes,
  /// header included. On a fault the frames before it are still appended. The framer then stays
  /// failed and returns the same fault for everything that follows, because the next frame cannot
  /// be found.
  [[nodiscard]] result<done> feed(bytes_view slice, std::vector<bytes>& frames);

  /// The bytes that it holds of an unfinished frame.
  [[nodiscard]] std::size_t buffered() const noexcept { return partial_.size(); }

  /// The size in bytes that the unfinished frame will have; 0 if there is none or its header is not
  /// complete.
  [[nodiscard]] std::size_t announced() const noexcept { return frame_bytes_; }

private:
  void take(bytes_view& slice, std::size_t up_to);

  std::size_t body_bytes_max_;
  bytes partial_;
  std::size_t frame_bytes_ = 0;  ///< of the frame in partial_; 0 while its header is incomplete
  std::optional<fault> failed_;
};

}  // namespace scalesmall
