#include "actors/arrival/delayed_announcements.hpp"

#include <algorithm>

namespace scalesmall {

void delayed_announcements::hold(const std::vector<message>& news, moment now) {
  const auto wait = moment{hold_min} + random_.unit() * (hold_max - hold_min);
  const auto until = now + std::chrono::duration_cast<moment>(wait);
  for (const auto& group : news) {
    for (const auto& [member, at] : group.time.clocks()) {
      if (rows_.size() >= rows_max) return;
      // What is held of this row already has its time and says from where on.
      auto& x = rows_.try_emplace({group.group_name, member}, held{at, group.since.at(member), {}})
                    .first->second;
      x.at = std::max(x.at, at);
      if (x.until == moment{}) x.until = until;
    }
  }
}

void delayed_announcements::heard(const std::vector<message>& broadcast) {
  if (rows_.empty()) return;
  for (const auto& group : broadcast) {
    for (const auto& [member, at] : group.time.clocks()) {
      const auto found = rows_.find({group.group_name, member});
      if (found != rows_.end() && found->second.at <= at) rows_.erase(found);
    }
  }
}

std::optional<moment> delayed_announcements::next_due() const {
  if (rows_.empty()) return std::nullopt;
  return std::ranges::min_element(rows_, {}, [](const auto& x) { return x.second.until; })
      ->second.until;
}

std::vector<message> delayed_announcements::take(moment now, const topology& t) {
  std::vector<message> due;
  std::erase_if(rows_, [&](const auto& x) {
    const auto& [key, row] = x;
    if (row.until > now) return false;
    if (find_row(t, key.first, key.second))
      due.push_back(row_message(t, key.first, key.second, row.since));
    return true;
  });
  return due;
}

}  // namespace scalesmall
