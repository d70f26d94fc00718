#include "messages/timed_set.hpp"

#include <algorithm>

namespace scalesmall {

namespace {

constexpr auto key_less = [](const timed_item& a, const timed_item& b) {
  return compare_keys(a, b) < 0;
};

struct member_less {
  bool operator()(const timed_item& a, const net_id& b) const { return a.item.member < b; }
  bool operator()(const net_id& a, const timed_item& b) const { return a < b.item.member; }
};

}  // namespace

timed_set::timed_set(std::initializer_list<timed_item> items) {
  for (const auto& x : items) put(x);
}

result<timed_set> timed_set::from_sorted(std::vector<timed_item> items) {
  const auto not_less = [](const timed_item& a, const timed_item& b) { return !key_less(a, b); };
  if (std::ranges::adjacent_find(items, not_less) != items.end()) return fault::not_sorted;
  timed_set x;
  x.items_ = std::move(items);
  return x;
}

void timed_set::reserve_more(std::size_t claims) {
  const auto needed = items_.size() + claims;
  // Never less than doubled, so that many calls move each claim a bounded number of times.
  if (needed > items_.capacity()) items_.reserve(std::max(needed, 2 * items_.capacity()));
}

bool timed_set::put(const timed_item& x) {
  if (items_.empty() || key_less(items_.back(), x)) {
    items_.push_back(x);
    return true;
  }
  const auto i = std::lower_bound(items_.begin(), items_.end(), x, key_less);
  if (!same_key(*i, x)) {
    items_.insert(i, x);
    return true;
  }
  if (!supersedes(x, *i)) return false;
  *i = x;
  return true;
}

bool timed_set::merge(const timed_set& other) {
  bool changed = false;
  std::vector<timed_item> merged;
  merged.reserve(items_.size() + other.items_.size());
  auto a = items_.cbegin();
  auto b = other.items_.cbegin();
  while (a != items_.cend() && b != other.items_.cend()) {
    const auto order = compare_keys(*a, *b);
    if (order < 0) {
      merged.push_back(*a++);
    } else if (order > 0) {
      merged.push_back(*b++);
      changed = true;
    } else {
      const bool newer = supersedes(*b, *a);
      changed |= newer;
      merged.push_back(newer ? *b : *a);
      ++a;
      ++b;
    }
  }
  changed |= b != other.items_.cend();
  if (!changed) return false;
  merged.insert(merged.end(), a, items_.cend());
  merged.insert(merged.end(), b, other.items_.cend());
  items_ = std::move(merged);
  return true;
}

const timed_item* timed_set::find(const net_id& member, key_range range) const {
  const timed_item probe{item{member, range}, stamp{}};
  const auto i = std::lower_bound(items_.begin(), items_.end(), probe, key_less);
  return i != items_.end() && same_key(*i, probe) ? &*i : nullptr;
}

std::span<const timed_item> timed_set::row(const net_id& member) const {
  const auto [first, last] = std::equal_range(items_.begin(), items_.end(), member, member_less{});
  return {first, last};
}

void timed_set::replace_row(const net_id& member, std::span<const timed_item> row) {
  const auto [first, last] = std::equal_range(items_.begin(), items_.end(), member, member_less{});
  const auto kept = std::min<std::ptrdiff_t>(last - first, std::ssize(row));
  std::copy_n(row.begin(), kept, first);
  if (kept < std::ssize(row)) {
    items_.insert(last, row.begin() + kept, row.end());
  } else {
    items_.erase(first + kept, last);
  }
}

std::string to_string(const timed_set& x) {
  std::string text;
  for (const auto& i : x.items()) text += to_string(i) + '\n';
  return text;
}

}  // namespace scalesmall
