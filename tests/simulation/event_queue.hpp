#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <scalesmall/time.hpp>
#include <utility>
#include <vector>

namespace scalesmall::simulation {

/// Virtual time: events in the order of their points in time and, at the same point, of their
/// posting, so that one seed gives one run. A binary heap.
class event_queue {
public:
  using action = std::function<void()>;

  [[nodiscard]] time_point now() const noexcept { return now_; }

  /// An event at this point in time, or now if that is over.
  void at(time_point when, action what) {
    heap_.push_back({std::max(when, now_), posted_++, std::move(what)});
    std::ranges::push_heap(heap_, later);
  }
  void after(duration time, action what) { at(now_ + time, std::move(what)); }

  /// Lets all happen that is due up to this point in time, which is then the present.
  void run_until(time_point end) {
    while (!heap_.empty() && heap_.front().when <= end) {
      std::ranges::pop_heap(heap_, later);
      auto next = std::move(heap_.back());
      heap_.pop_back();
      now_ = next.when;
      next.what();
    }
    now_ = std::max(now_, end);
  }

private:
  struct event {
    time_point when;
    std::uint64_t number;
    action what;
  };

  static bool later(const event& a, const event& b) {
    return std::pair{a.when, a.number} > std::pair{b.when, b.number};
  }

  std::vector<event> heap_;
  std::uint64_t posted_ = 0;
  time_point now_{};
};

}  // namespace scalesmall::simulation
