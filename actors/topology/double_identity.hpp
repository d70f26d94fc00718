#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <scalesmall/time.hpp>

namespace scalesmall {

/// Tells claims of a former life of this node from a second node with the same identity. Claims of
/// a former life are told once or twice. A second node makes new ones for as long as it runs, and
/// this node refutes each. Not thread-safe.
class double_identity {
public:
  /// So many refutations within this time mean a second node.
  static constexpr std::size_t refutations = 4;
  static constexpr duration period = std::chrono::minutes{2};

  /// This node refuted something. True if that shows a second node, which was not known before.
  bool refuted(time_point now) {
    refuted_at_.push_back(now);
    if (refuted_at_.size() > refutations) refuted_at_.pop_front();
    if (suspected_ || refuted_at_.size() < refutations || now - refuted_at_.front() > period)
      return false;
    suspected_ = true;
    return true;
  }

  /// True, once, if a second node was suspected and has been silent since.
  bool is_over(time_point now) {
    if (!suspected_ || now - refuted_at_.back() < period) return false;
    suspected_ = false;
    return true;
  }

private:
  std::deque<time_point> refuted_at_;  // the last few
  bool suspected_ = false;
};

}  // namespace scalesmall
