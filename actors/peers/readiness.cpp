#include "actors/peers/readiness.hpp"

#include <algorithm>
#include <utility>

#include "actors/topology/anti_entropy.hpp"

namespace scalesmall {

readiness::ticket readiness::await(std::string group, time_point until, time_point now) {
  waits_.emplace(++last_, wait{std::move(group), until, now + patience, now});
  return last_;
}

std::vector<readiness::question> readiness::due(const seeds& of, time_point now) {
  std::vector<question> questions;
  for (auto& [number, x] : waits_) {
    if (now < x.ask_at) continue;
    x.ask_at = now + ask_period;
    for (const auto& seed : of.known) {
      if (!x.done.contains(seed)) questions.push_back({seed, x.group});
    }
  }
  return questions;
}

bool readiness::heard(const net_id& sender, const digest& told) {
  // Other steps name the clocks of a part, or were made before the question.
  if (told.stage != exchange::answer) return false;
  bool asked = false;
  for (auto& [number, x] : waits_) {
    const auto found =
        std::ranges::lower_bound(told.groups, x.group, {}, &group_digest::group_name);
    if (found != told.groups.end() && found->group_name == x.group &&
        found->scope != digest_scope::part) {
      x.told.insert_or_assign(sender, *found);
      asked = true;
    }
  }
  return asked;
}

std::vector<readiness::end> readiness::take_ended(const topology& t, const seeds& of,
                                                  time_point now) {
  std::vector<end> ended;
  for (auto& [number, x] : waits_) {
    look_at(x, t);
    const bool ready = is_ready(x, of, now);
    if (ready || now >= x.until) ended.push_back({number, ready});
  }
  for (const auto& x : ended) waits_.erase(x.of);
  return ended;
}

void readiness::look_at(wait& x, const topology& t) {
  std::erase_if(x.told, [&](const auto& told) {
    const auto& [seed, clocks] = told;
    if (!holds_all_of(t, clocks)) return false;
    x.done.insert(seed);
    return true;
  });
}

bool readiness::is_ready(const wait& x, const seeds& of, time_point now) {
  const auto is_done = [&](const net_id& seed) { return x.done.contains(seed); };
  if (of.all && std::ranges::all_of(of.known, is_done)) return true;
  return !x.done.empty() && now >= x.enough_at;
}

std::optional<time_point> readiness::next_due() const {
  std::optional<time_point> next;
  for (const auto& [number, x] : waits_) {
    auto at = std::min(x.ask_at, x.until);
    if (!x.done.empty()) at = std::min(at, x.enough_at);
    if (!next || at < *next) next = at;
  }
  return next;
}

}  // namespace scalesmall
