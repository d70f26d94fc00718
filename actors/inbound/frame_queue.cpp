#include "actors/inbound/frame_queue.hpp"

#include <iterator>
#include <utility>

namespace scalesmall {

void frame_queue::add(std::vector<bytes> frames, memory_budget::reservation_ptr reservation) {
  if (reservation) reservation_ = std::move(reservation);
  waiting_.insert(waiting_.end(), std::make_move_iterator(frames.begin()),
                  std::make_move_iterator(frames.end()));
}

result<frame_admission::gossip_ptr> frame_queue::next() {
  while (!is_read()) {
    if (!intake_->has_room()) return frame_admission::gossip_ptr{};
    auto frame = intake_->open(waiting_.front(), from_);
    waiting_.pop_front();
    if (is_read()) reservation_.reset();
    if (!frame) return frame.error();
    auto content = intake_->read(*frame, from_);
    if (!content || *content) return content;
    put_aside(std::move(*frame));
  }
  if (aside_.empty()) return frame_admission::gossip_ptr{};
  auto& oldest = aside_.front().frame;
  auto content = intake_->read(oldest, from_);
  if (content && !*content) return content;
  aside_bytes_ -= oldest.body.size();
  aside_.pop_front();
  return content;
}

void frame_queue::put_aside(opened_frame frame) {
  const auto bytes_then = aside_bytes_ + frame.body.size();
  const bool over =
      aside_.size() >= aside_frames_max || (!aside_.empty() && bytes_then > aside_bytes_max);
  auto reservation = over ? nullptr : intake_->room_aside(frame);
  if (!reservation) {
    ++dropped_;
    return;
  }
  aside_bytes_ = bytes_then;
  aside_.push_back({std::move(frame), std::move(reservation)});
}

}  // namespace scalesmall
