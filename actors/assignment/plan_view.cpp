#include "actors/assignment/plan_view.hpp"

#include <algorithm>
#include <utility>

namespace scalesmall {

namespace {

void keep_earlier(std::optional<time_point>& x, time_point other) {
  if (!x || other < *x) x = other;
}

}  // namespace

void plan_view::look(std::span<const sighted_member> all, bool suspects, time_point now) {
  next_due_.reset();
  present_.clear();
  for (auto& [id, x] : known_) x.sighted = false;
  for (const auto& x : all) note(x, now);
  for (auto& [id, x] : known_)
    if (!x.sighted && !x.gone) x.gone = now;
  auto next = wanted(now);
  if (next != wanted_) {
    wanted_ = std::move(next);
    changed_ = now;
  }
  settle(suspects, now);
}

void plan_view::note(const sighted_member& x, time_point now) {
  const auto found = known_.find(x.id);
  if (x.planned && x.reachable) {
    present_.push_back(*x.planned);
    known_[x.id] = {*x.planned, x.incarnation, {}, false, true};
  } else if (x.planned) {
    auto& at = found == known_.end() ? known_[x.id] = {*x.planned, x.incarnation} : found->second;
    at.sighted = true;
    if (!at.gone) at.gone = now;
  } else if (found != known_.end()) {
    // The claim of a life that has ended is void, which is not the same as taken back.
    if (found->second.incarnation == x.incarnation) known_.erase(found);
  }
}

/// Those that have a place, which some of the gone lose here.
std::vector<plan_member> plan_view::wanted(time_point now) {
  std::size_t placed = 0;
  std::size_t gone = 0;
  for (const auto& [id, x] : known_) {
    placed += std::size_t{!x.out};
    gone += std::size_t{!x.out && x.gone};
  }
  patience_ = gone >= incident_min && 3 * gone > placed ? patience_in_incident : 1;
  std::vector<plan_member> all;
  for (auto& [id, x] : known_) {
    if (x.gone && !x.out) {
      const auto until = *x.gone + patience_ * duration{timing_.repair};
      x.out = now >= until;
      if (!x.out) keep_earlier(next_due_, until);
    }
    if (!x.out) all.push_back(x.what);
  }
  std::erase_if(known_, [](const auto& x) { return x.second.out && !x.second.sighted; });
  return all;
}

void plan_view::settle(bool suspects, time_point now) {
  const bool at_once = std::exchange(at_once_, false);
  if (wanted_ == settled_) return unsettled_since_.reset();
  if (!unsettled_since_) unsettled_since_ = now;
  const auto quiet = changed_ + timing_.settle;
  const auto most = *unsettled_since_ + timing_.settle_most;
  if (at_once || now >= most || (now >= quiet && !suspects)) {
    settled_ = wanted_;
    unsettled_since_.reset();
  } else {
    keep_earlier(next_due_, now < quiet ? std::min<time_point>(quiet, most) : most);
  }
}

void plan_view::take_over() {
  for (auto& [id, x] : known_)
    if (x.gone) x.out = true;
  at_once_ = true;
}

void plan_view::start_over(time_point now) {
  settled_.clear();
  changed_ = now;
  unsettled_since_ = now;
}

}  // namespace scalesmall
