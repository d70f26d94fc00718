#include "actors/arrival/delayed_announcements.hpp"

#include <algorithm>

namespace scalesmall {

void delayed_announcements::hold(const std::vector<row_mark>& news, time_point now) {
  const auto wait = duration{hold_min} + random_.unit() * (hold_max - hold_min);
  const auto until = now + std::chrono::duration_cast<duration>(wait);
  for (const auto& row : news) {
    if (rows_.size() >= rows_max) return;
    // A row that is held already keeps its time, and is told from where its first mark begins.
    auto& x = rows_.try_emplace({row.group, row.member}, held{row.at, row.since, {}}).first->second;
    x.at = std::max(x.at, row.at);
    if (x.until == time_point{}) x.until = until;
  }
}

void delayed_announcements::heard(const std::vector<message>& broadcast) {
  if (rows_.empty()) return;
  for (const auto& group : broadcast) {
    for (const auto& [member, at] : group.time.clocks()) heard(group.group_name, member, at);
  }
}

void delayed_announcements::heard(const std::vector<row_mark>& announcement) {
  for (const auto& row : announcement) heard(row.group, row.member, row.at);
}

void delayed_announcements::heard(const std::string& group, const net_id& member, const stamp& at) {
  const auto found = rows_.find({group, member});
  if (found != rows_.end() && found->second.at <= at) rows_.erase(found);
}

std::optional<time_point> delayed_announcements::next_due() const {
  if (rows_.empty()) return std::nullopt;
  return std::ranges::min_element(rows_, {}, [](const auto& x) { return x.second.until; })
      ->second.until;
}

std::vector<row_mark> delayed_announcements::take(time_point now, const topology& t) {
  std::vector<row_mark> due;
  std::erase_if(rows_, [&](const auto& x) {
    const auto& [key, row] = x;
    if (row.until > now) return false;
    if (find_row(t, key.first, key.second))
      due.push_back({key.first, key.second, row.at, row.since});
    return true;
  });
  return due;
}

}  // namespace scalesmall
