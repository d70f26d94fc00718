#include "net/framer.hpp"

#include <algorithm>
#include <utility>

#include "net/frame_header.hpp"

namespace scalesmall {

result<success> framer::feed(bytes_view slice, std::vector<bytes>& frames) {
  while (!failed_ && !slice.empty()) {
    if (frame_bytes_ == 0) {
      take(slice, frame_header_bytes);
      if (partial_.size() < frame_header_bytes) break;
      const auto header = read_frame_header(partial_);
      if (!header) {
        failed_ = header.error();
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
  return success{};
}

void framer::take(bytes_view& slice, std::size_t up_to) {
  const auto part = slice.first(std::min(slice.size(), up_to - partial_.size()));
  partial_.insert(partial_.end(), part.begin(), part.end());
  slice = slice.subspan(part.size());
}

}  // namespace scalesmall
