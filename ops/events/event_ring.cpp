#include "ops/events/event_ring.hpp"

#include <algorithm>

namespace scalesmall {

bool event_filter::takes(std::string_view type, std::string_view of_group) const {
  const bool typed = types.empty() || std::ranges::find(types, type) != types.end();
  return typed && (!group || *group == of_group);
}

std::string event_text(std::uint64_t id, std::string_view type, std::string_view data) {
  std::string text = "id: " + std::to_string(id) + "\nevent: ";
  text.append(type).append("\ndata: ").append(data).append("\n\n");
  return text;
}

void event_ring::add(std::string_view type, std::string_view group, std::string_view data) {
  entries_.push_back({std::string{type}, std::string{group}, event_text(next_++, type, data)});
  bytes_ += entries_.back().text.size();
  while (entries_.size() > events_max || (bytes_ > bytes_max && entries_.size() > 1)) {
    bytes_ -= entries_.front().text.size();
    entries_.pop_front();
    ++oldest_;
  }
}

void event_ring::clear() {
  entries_.clear();
  bytes_ = 0;
  oldest_ = ++next_;  // so that no reader has seen the event before the next one
}

event_ring::cursor event_ring::from(std::optional<std::uint64_t> last) const {
  if (!last) return {next_, "begin"};
  // A reader that has seen what has not been yet comes from another life of the node.
  if (*last >= next_ || *last + 1 < oldest_) return {next_, "too_late"};
  return {*last + 1};
}

std::string event_ring::read(cursor& at, const event_filter& wanted, std::size_t bytes) const {
  if (at.next < oldest_) at = {next_, "too_slow"};
  if (!at.reset.empty()) {
    at.next = next_;
    auto text = event_text(next_ - 1, "reset", R"({"event":"reset","why":")" + at.reset + "\"}");
    at.reset.clear();
    return text;
  }
  std::string text;
  while (at.next < next_ && text.size() < bytes) {
    const auto& x = entries_[at.next++ - oldest_];
    if (wanted.takes(x.type, x.group)) text += x.text;
  }
  return text;
}

}  // namespace scalesmall
