#include "actors/topology/gossip_slices.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace scalesmall {

std::optional<message> gossip_slices::next() {
  if (message_ == whole_->messages.size()) return std::nullopt;
  const auto& from = whole_->messages[message_];
  const auto clocks = from.time.clocks();
  const auto since = from.since.clocks();
  const auto items = from.items.items();
  message slice{from.group_name, {}, {}, {}, from.within};
  std::vector<local_clock> some_clocks;
  std::vector<local_clock> some_since;
  std::vector<timed_item> some_items;
  while (some_clocks.size() + some_items.size() < slice_entries_max) {
    const bool clock_left = clock_ < clocks.size();
    const bool item_left = item_ < items.size();
    if (!clock_left && !item_left) break;
    const auto member = !item_left    ? clocks[clock_].member
                        : !clock_left ? items[item_].item.member
                                      : std::min(clocks[clock_].member, items[item_].item.member);
    if (clock_left && clocks[clock_].member == member) some_clocks.push_back(clocks[clock_++]);
    if (since_ < since.size() && since[since_].member == member)
      some_since.push_back(since[since_++]);
    if (absent_ < from.absent.size() && from.absent[absent_] == member)
      slice.absent.push_back(from.absent[absent_++]);
    while (item_ < items.size() && items[item_].item.member == member)
      some_items.push_back(items[item_++]);
  }
  slice.time = world_clock::from_sorted(std::move(some_clocks)).value();
  slice.since = world_clock::from_sorted(std::move(some_since)).value();
  slice.items = timed_set::from_sorted(std::move(some_items)).value();
  if (clock_ == clocks.size() && item_ == items.size()) {
    ++message_;
    clock_ = since_ = item_ = absent_ = 0;
  }
  return slice;
}

bool needs_slicing(const gossip& x) {
  std::size_t entries = 0;
  for (const auto& rows : x.messages) entries += rows.time.clocks().size() + rows.items.size();
  return entries > gossip_slices::slice_entries_max;
}

}  // namespace scalesmall
