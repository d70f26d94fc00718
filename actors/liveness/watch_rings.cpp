#include "actors/liveness/watch_rings.hpp"

#include <algorithm>

#include "messages/digest.hpp"

namespace scalesmall {

namespace {

std::uint64_t position(const net_id& member, std::size_t ring) noexcept {
  return clock_hash({member, {static_cast<std::uint32_t>(ring), 0}});
}

bool is_hidden(const watch_rings::hidden_set& hidden, watch_rings::number x) {
  return !hidden.empty() && hidden[x];
}

}  // namespace

watch_rings::watch_rings(std::vector<net_id> members)
    : members_(std::move(members)), places_(members_.size()) {
  for (std::size_t ring = 0; ring < rings; ++ring) {
    auto& all = by_ring_[ring];
    all.reserve(members_.size());
    for (number x = 0; x < members_.size(); ++x) all.push_back({position(members_[x], ring), x});
    std::ranges::sort(all);
    for (std::uint32_t i = 0; i < all.size(); ++i) places_[all[i].who][ring] = i;
  }
}

watch_rings::number watch_rings::find(const net_id& member) const {
  const auto found = std::ranges::lower_bound(members_, member);
  if (found == members_.end() || *found != member) return static_cast<number>(size());
  return static_cast<number>(found - members_.begin());
}

std::uint32_t watch_rings::key_of(const net_id& member) noexcept {
  return static_cast<std::uint32_t>(position(member, 0) >> 32);
}

std::vector<watch_rings::number> watch_rings::with_key(std::uint32_t key) const {
  std::vector<number> found;
  const auto& all = by_ring_[0];
  auto next = std::ranges::lower_bound(all, std::uint64_t{key} << 32, {}, &place::position);
  for (; next != all.end() && next->position >> 32 == key; ++next) found.push_back(next->who);
  return found;
}

std::vector<watch_rings::number> watch_rings::watchers_of(number x,
                                                          const hidden_set& hidden) const {
  std::vector<number> found;
  for (const auto& [who, follows] : watched_by(x, hidden)) {
    if (!is_hidden(hidden, who)) found.push_back(who);
  }
  return found;
}

std::vector<watch_rings::target> watch_rings::watched_by(number x, const hidden_set& hidden) const {
  std::vector<target> found;
  for (std::size_t ring = 0; ring < rings; ++ring) {
    const auto& all = by_ring_[ring];
    for (const bool follows : {true, false}) {
      std::size_t at = places_[x][ring];
      for (std::size_t passed = 0; passed <= passed_max; ++passed) {
        at = (follows ? at + 1 : at + all.size() - 1) % all.size();
        const auto who = all[at].who;
        if (who == x) break;  // around the whole ring
        found.push_back({who, follows});
        if (!is_hidden(hidden, who)) break;
      }
    }
  }
  std::ranges::sort(found, {}, [](const target& t) { return std::pair{t.who, !t.follows}; });
  const auto same = [](const target& a, const target& b) { return a.who == b.who; };
  found.erase(std::unique(found.begin(), found.end(), same), found.end());
  return found;
}

}  // namespace scalesmall
