#include "actors/frame_backlog.hpp"

#include <iterator>
#include <utility>

namespace scalesmall {

void frame_backlog::add(std::vector<bytes> frames) {
  waiting_.insert(waiting_.end(), std::make_move_iterator(frames.begin()),
                  std::make_move_iterator(frames.end()));
}

result<frame_intake::gossip_ptr> frame_backlog::next() {
  while (!is_read()) {
    if (!opened_) {
      auto frame = intake_->open(waiting_.front(), from_);
      waiting_.pop_front();
      if (!frame) return frame.error();
      opened_ = std::move(*frame);
    }
    auto content = intake_->read(*opened_, from_);
    if (content && !*content && !opened_->dense) return content;
    auto frame = *std::exchange(opened_, {});
    if (!content || *content) return content;
    put_aside(std::move(frame));
  }
  if (aside_.empty()) return frame_intake::gossip_ptr{};
  auto content = intake_->read(aside_.front(), from_);
  if (content && !*content) return content;
  aside_bytes_ -= aside_.front().body.size();
  aside_.pop_front();
  return content;
}

void frame_backlog::put_aside(opened_frame frame) {
  const auto bytes_then = aside_bytes_ + frame.body.size();
  if (aside_.size() >= aside_frames_max || (!aside_.empty() && bytes_then > aside_bytes_max)) {
    ++dropped_;
    return;
  }
  aside_bytes_ = bytes_then;
  aside_.push_back(std::move(frame));
}

}  // namespace scalesmall
