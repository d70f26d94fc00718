#include "actors/broadcast/announcement_batch.hpp"

#include <algorithm>
#include <utility>

#include "actors/topology/interest.hpp"

namespace scalesmall {

namespace {

/// From which change on a row is told that is to be told from both on; nothing: the complete row.
std::optional<stamp> earlier(const std::optional<stamp>& a, const std::optional<stamp>& b) {
  if (!a || !b || a->incarnation != b->incarnation) return std::nullopt;
  return std::min(*a, *b);
}

}  // namespace

void announcement_batch::add(const std::vector<row_mark>& rows) {
  for (const auto& x : rows) {
    const auto [held, first] = rows_[x.group].try_emplace(x.member, x.since);
    if (!first) held->second = earlier(held->second, x.since);
  }
}

std::optional<time_point> announcement_batch::ready_at() const {
  if (rows_.empty()) return std::nullopt;
  return next_;
}

std::vector<message> announcement_batch::take(time_point now, const topology& t) {
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
