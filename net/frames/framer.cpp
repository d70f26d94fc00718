#include "net/frames/framer.hpp"

#include <algorithm>
#include <utility>

#include "net/frames/frame_header.hpp"

namespace scalesmall {

result<done> framer::feed(bytes_view slice, std::vector<bytes>& frames) {
  while (!failed_ && !slice.empty()) {
    if (frame_bytes_ == 0) {
      take(slice, frame_header_bytes);
      if (partial_.size() < frame_header_bytes) break;
      const auto header = read_frame_header(partial_);
      if (!header || header->body_size > body_bytes_max_) {
        failed_ = header ? fault::limit_exceeded : header.error();
        partial_ = {};
        break;
      }
      frame_bytes_ = frame_header_bytes + header->body_size;
    }
    take(slice, frame_bytes_);
    if (partial_.size() == frame_bytes_) {
      frames.push_back(std::exchange(partial_, {}));
      frame_bytes_ = 0;
    }
  }
  if (failed_) return *failed_;
  return done{};
}

void framer::take(bytes_view& slice, std::size_t up_to) {
  const auto part = slice.first(std::min(slice.size(), up_to - partial_.size()));
  const auto size = partial_.size() + part.size();
  // Grows by doubling, but never beyond the size of the frame.
  if (size > partial_.capacity())
    partial_.reserve(std::min(up_to, std::max(size, 2 * partial_.capacity())));
  partial_.insert(partial_.end(), part.begin(), part.end());
  slice = slice.subspan(part.size());
}

}  // namespace scalesmall
