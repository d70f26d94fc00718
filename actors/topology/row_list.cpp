#include "actors/topology/row_list.hpp"

#include <algorithm>
#include <utility>

namespace scalesmall {

namespace {

/// A change copies least if there are as many chunks as rows in each: about 32 in a group of 1,000.
constexpr std::size_t chunk_rows_max = 32;

auto row_of(auto& rows, const net_id& member) {
  return std::ranges::lower_bound(rows, member, {},
                                  [](const auto& x) -> const net_id& { return x->member; });
}

bool is_at(const auto& place, const auto& rows, const net_id& member) {
  return place != rows.end() && (*place)->member == member;
}

}  // namespace

/// The index of the chunk that holds the member's row or should hold it. An empty list has no such
/// chunk.
std::size_t row_list::chunk_for(const net_id& member) const {
  const auto after = std::ranges::upper_bound(
      chunks_, member, {}, [](const auto& x) -> const net_id& { return x->front()->member; });
  return after == chunks_.begin() ? 0 : static_cast<std::size_t>(after - chunks_.begin()) - 1;
}

const row* row_list::find(const net_id& member) const {
  if (empty()) return nullptr;
  const auto& rows = *chunks_[chunk_for(member)];
  const auto place = row_of(rows, member);
  return is_at(place, rows, member) ? place->get() : nullptr;
}

std::shared_ptr<const row> row_list::put(std::shared_ptr<const row> x) {
  if (empty()) {
    chunks_.push_back(std::make_shared<const chunk>(1, std::move(x)));
    size_ = 1;
    return nullptr;
  }
  const auto at = chunk_for(x->member);
  auto rows = *chunks_[at];
  const auto place = row_of(rows, x->member);
  if (is_at(place, rows, x->member)) {
    auto former = std::exchange(*place, std::move(x));
    chunks_[at] = std::make_shared<const chunk>(std::move(rows));
    return former;
  }
  rows.insert(place, std::move(x));
  ++size_;
  if (rows.size() > chunk_rows_max) {
    const auto middle = rows.begin() + std::ssize(rows) / 2;
    const auto next = chunks_.begin() + static_cast<std::ptrdiff_t>(at) + 1;
    chunks_.insert(next, std::make_shared<const chunk>(middle, rows.end()));
    rows.erase(middle, rows.end());
  }
  chunks_[at] = std::make_shared<const chunk>(std::move(rows));
  return nullptr;
}

std::shared_ptr<const row> row_list::erase(const net_id& member) {
  if (empty()) return nullptr;
  const auto at = chunk_for(member);
  auto rows = *chunks_[at];
  const auto place = row_of(rows, member);
  if (!is_at(place, rows, member)) return nullptr;
  auto former = *place;
  rows.erase(place);
  --size_;
  const auto next = at + 1;
  if (next < chunks_.size() && rows.size() + chunks_[next]->size() <= chunk_rows_max / 2) {
    rows.insert(rows.end(), chunks_[next]->begin(), chunks_[next]->end());
    chunks_.erase(chunks_.begin() + static_cast<std::ptrdiff_t>(next));
  }
  if (rows.empty()) {
    chunks_.erase(chunks_.begin() + static_cast<std::ptrdiff_t>(at));
  } else {
    chunks_[at] = std::make_shared<const chunk>(std::move(rows));
  }
  return former;
}

}  // namespace scalesmall
