#include "messages/world_clock.hpp"

#include <algorithm>
#include <initializer_list>

namespace scalesmall {

namespace {

constexpr auto by_member = [](const local_clock& a, const net_id& b) { return a.member < b; };

}  // namespace

world_clock::world_clock(std::initializer_list<local_clock> clocks) {
  for (const auto& x : clocks) advance(x);
}

result<world_clock> world_clock::from_sorted(std::vector<local_clock> clocks) {
  const auto not_less = [](const local_clock& a, const local_clock& b) {
    return a.member >= b.member;
  };
  if (std::ranges::adjacent_find(clocks, not_less) != clocks.end()) return fault::not_sorted;
  world_clock x;
  x.clocks_ = std::move(clocks);
  return x;
}

bool world_clock::advance(const local_clock& x) {
  // Callers mostly add clocks in order, so the end is tried first.
  if (clocks_.empty() || clocks_.back().member < x.member) {
    clocks_.push_back(x);
    return true;
  }
  const auto i = std::lower_bound(clocks_.begin(), clocks_.end(), x.member, by_member);
  if (i->member != x.member) {
    clocks_.insert(i, x);
    return true;
  }
  if (x.at <= i->at) return false;
  i->at = x.at;
  return true;
}

bool world_clock::erase(const net_id& member) {
  const auto i = std::lower_bound(clocks_.begin(), clocks_.end(), member, by_member);
  if (i == clocks_.end() || i->member != member) return false;
  clocks_.erase(i);
  return true;
}

bool world_clock::merge(const world_clock& other) {
  bool moved = false;
  std::vector<local_clock> merged;
  merged.reserve(std::max(clocks_.size(), other.clocks_.size()));
  auto a = clocks_.cbegin();
  auto b = other.clocks_.cbegin();
  while (b != other.clocks_.cend()) {
    if (a != clocks_.cend() && a->member < b->member) {
      merged.push_back(*a++);
    } else if (a == clocks_.cend() || b->member < a->member) {
      merged.push_back(*b++);
      moved = true;
    } else {
      moved |= a->at < b->at;
      merged.push_back(std::max(*a++, *b++));
    }
  }
  if (!moved) return false;
  merged.insert(merged.end(), a, clocks_.cend());
  clocks_ = std::move(merged);
  return true;
}

std::optional<stamp> world_clock::at(const net_id& member) const {
  const auto i = std::lower_bound(clocks_.begin(), clocks_.end(), member, by_member);
  if (i == clocks_.end() || i->member != member) return std::nullopt;
  return i->at;
}

std::string to_string(const world_clock& x) {
  std::string text = "[";
  for (const auto& clock : x.clocks()) {
    if (text.size() > 1) text += ' ';
    text += to_string(clock);
  }
  return text + ']';
}

}  // namespace scalesmall
