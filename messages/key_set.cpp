#include "messages/key_set.hpp"

#include <algorithm>
#include <stdexcept>

namespace scalesmall {

key_set key_set::of(std::vector<key_range> ranges) {
  if (ranges.empty()) throw std::invalid_argument{"a set of no keys"};
  std::ranges::sort(ranges);
  key_set x;
  for (const auto& range : ranges) {
    if (range.end_range < range.start_range) throw std::invalid_argument{"reversed range"};
    if (!x.ranges_.empty() && (range.start_range <= x.ranges_.back().end_range ||
                               range.start_range - 1 == x.ranges_.back().end_range)) {
      x.ranges_.back().end_range = std::max(x.ranges_.back().end_range, range.end_range);
    } else {
      x.ranges_.push_back(range);
    }
  }
  if (x.ranges_.front() == whole_range) return {};
  x.is_part_ = true;
  return x;
}

bool key_set::touches(key_range range) const {
  if (is_whole()) return true;
  const auto i = std::ranges::lower_bound(ranges_, range.start_range, {}, &key_range::end_range);
  return i != ranges_.end() && i->start_range <= range.end_range;
}

bool key_set::covers(const key_set& other) const {
  if (is_whole()) return true;
  // Ranges of a set have gaps between them, so each range of the other must lie within one of
  // these.
  return std::ranges::all_of(other.ranges(), [this](const key_range& x) {
    const auto i = std::ranges::lower_bound(ranges_, x.end_range, {}, &key_range::end_range);
    return i != ranges_.end() && i->start_range <= x.start_range;
  });
}

key_set intersection(const key_set& a, const key_set& b) {
  if (a.is_whole()) return b;
  if (b.is_whole()) return a;
  std::vector<key_range> both;
  auto x = a.ranges().begin();
  auto y = b.ranges().begin();
  while (x != a.ranges().end() && y != b.ranges().end()) {
    const key_range common{std::max(x->start_range, y->start_range),
                           std::min(x->end_range, y->end_range)};
    if (common.start_range <= common.end_range) both.push_back(common);
    x->end_range < y->end_range ? ++x : ++y;
  }
  return both.empty() ? key_set::none() : key_set::of(std::move(both));
}

std::string to_string(const key_set& x) {
  std::string text;
  for (const auto& [start, end] : x.ranges())
    text += (text.empty() ? "" : " ") + std::to_string(start) + ".." + std::to_string(end);
  return text;
}

}  // namespace scalesmall
