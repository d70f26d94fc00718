#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "actors/messaging/handled_batches.hpp"

namespace scalesmall {

/// Names one batch that is being passed on, handled, or both.
using job_key = std::uint64_t;

/// Which batches this node's own handlers have handled, and which they are at. A batch may come by
/// several hops; it is handled once, and all the hops wait for that. Not thread-safe.
class batch_handling {
public:
  enum class state : std::uint8_t {
    unknown,  ///< it is to be given to the handlers now
    begun,    ///< the handlers have it
    handled,
  };

  /// A job that came with a batch waits for its handlers, unless it is handled already.
  state note(const batch_identity& which, job_key job) {
    if (handled_.knows(which)) return state::handled;
    const auto [found, unknown] = open_.try_emplace(which);
    found->second.jobs.push_back(job);
    return unknown ? state::unknown : state::begun;
  }

  /// So many handlers were given the batch.
  /// @returns the jobs that need not wait any longer, if there are no handlers
  [[nodiscard]] std::vector<job_key> given(const batch_identity& which, std::size_t handlers) {
    open_.at(which).handlers = handlers;
    return handlers == 0 ? end(which) : std::vector<job_key>{};
  }

  /// One of the handlers has handled the batch, or ended. Nothing if it is not known that the batch
  /// was given to any.
  /// @returns the jobs that need not wait any longer, if it was the last
  [[nodiscard]] std::vector<job_key> handled(const batch_identity& which) {
    const auto found = open_.find(which);
    if (found == open_.end() || --found->second.handlers > 0) return {};
    return end(which);
  }

private:
  struct handling {
    std::size_t handlers = 0;  // that have not answered
    std::vector<job_key> jobs;
  };

  std::vector<job_key> end(const batch_identity& which) {
    handled_.note(which);
    return std::move(open_.extract(which).mapped().jobs);
  }

  handled_batches handled_;
  std::map<batch_identity, handling> open_;
};

}  // namespace scalesmall
