#include "actors/announcement_batch.hpp"

namespace scalesmall {

void announcement_batch::add(const std::vector<message>& rows) {
  for (const auto& row : rows) {
    const auto [held, first] = rows_.try_emplace(row.group_name, row);
    if (!first) merge(held->second, row);
  }
}

std::optional<moment> announcement_batch::ready_at() const {
  if (rows_.empty()) return std::nullopt;
  return next_;
}

std::vector<message> announcement_batch::take(moment now) {
  next_ = now + window_;
  std::vector<message> all;
  all.reserve(rows_.size());
  for (auto& [name, row] : rows_) all.push_back(std::move(row));
  rows_.clear();
  return all;
}

}  // namespace scalesmall
