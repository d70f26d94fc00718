#include "actors/messaging/delivery_tracker.hpp"

#include <algorithm>
#include <utility>

namespace scalesmall {

void delivery_tracker::serve(const std::vector<assignment>& all, time_point now,
                             std::size_t failures_max) {
  for (const auto& to : all) serve(to, failures_max, now);
}

void delivery_tracker::serve(const assignment& to, std::size_t failures_left, time_point now) {
  auto& x = open_.try_emplace(to.target, hop{{}, failures_left, now, patience, now + patience})
                .first->second;
  x.rest.insert(x.rest.end(), to.rest.begin(), to.rest.end());
  x.failures_left = std::min(x.failures_left, failures_left);
}

void delivery_tracker::await_hearers(std::vector<net_id> hearers, time_point now) {
  hearers_.insert(hearers.begin(), hearers.end());
  hearing_due_ = now + hearing_patience;
}

void delivery_tracker::acknowledged(const net_id& by) {
  open_.erase(by);
  hearers_.erase(by);
}

void delivery_tracker::heard(const net_id& by) {
  hearers_.erase(by);
  if (const auto found = open_.find(by); found != open_.end() && found->second.rest.empty())
    open_.erase(found);
}

std::optional<assignment> delivery_tracker::unreachable(const net_id& target, time_point now) {
  const auto found = open_.find(target);
  if (found == open_.end()) return std::nullopt;
  auto failed = std::move(found->second);
  open_.erase(found);
  ++undelivered_;
  if (--failed.failures_left == 0) {
    undelivered_ += failed.rest.size();
    return std::nullopt;
  }
  auto next = hand_over({target, std::move(failed.rest)});
  if (next) serve(*next, failed.failures_left, now);
  return next;
}

delivery_tracker::overdue_work delivery_tracker::overdue(
    time_point now, const std::map<net_id, time_point>& heard) {
  overdue_work work;
  if (!hearers_.empty() && hearing_due_ <= now) {
    const auto unheard = std::exchange(hearers_, {});
    work.unheard.assign(unheard.begin(), unheard.end());
  }
  std::vector<std::pair<assignment, std::size_t>> others;
  for (auto i = open_.begin(); i != open_.end();) {
    auto& [target, x] = *i;
    if (x.due > now) {
      ++i;
      continue;
    }
    if (auto next = hand_over({target, std::exchange(x.rest, {})}))
      others.emplace_back(std::move(*next), x.failures_left);
    const auto last = heard.find(target);
    if (now - std::max(x.begun, last == heard.end() ? x.begun : last->second) >= give_up) {
      work.given_up.push_back(target);
      ++undelivered_;
      i = open_.erase(i);
      continue;
    }
    work.send.push_back({target, {}});
    x.wait = std::min(2 * x.wait, give_up);
    x.due = now + x.wait;
    ++i;
  }
  for (auto& [to, failures_left] : others) {
    serve(to, failures_left, now);
    work.send.push_back(std::move(to));
  }
  return work;
}

}  // namespace scalesmall
