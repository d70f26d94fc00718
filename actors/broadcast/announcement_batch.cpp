#include "actors/broadcast/announcement_batch.hpp"

#include <algorithm>
#include <utility>

#include "actors/topology/interest.hpp"

namespace scalesmall {

namespace {

/// Since when a row is to be told that is to be told since both; nothing: from the beginning.
std::optional<stamp> earlier(const std::optional<stamp>& a, const std::optional<stamp>& b) {
  if (!a || !b || a->incarnation != b->incarnation) return std::nullopt;
  return std::min(*a, *b);
}

}  // namespace

void announcement_batch::add(const std::vector<message>& rows) {
  for (const auto& group : rows) {
    auto& held = rows_[group.group_name];
    for (const auto& clock : group.time.clocks()) {
      const auto since = group.since.at(clock.member);
      const auto [mark, first] = held.try_emplace(clock.member, since);
      if (!first) mark->second = earlier(mark->second, since);
    }
  }
}

std::optional<moment> announcement_batch::ready_at() const {
  if (rows_.empty()) return std::nullopt;
  return next_;
}

std::vector<message> announcement_batch::take(moment now, const topology& t) {
  next_ = now + window_;
  std::vector<message> all;
  for (const auto& [name, marks] : std::exchange(rows_, {})) {
    row_collector told{t, name};
    for (const auto& [member, since] : marks) {
      if (const auto* known = find_row(t, name, member)) told.add(*known, since);
    }
    told.move_to(all);
  }
  return all;
}

}  // namespace scalesmall
