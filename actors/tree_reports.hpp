#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <scalesmall/supervision/report.hpp>
#include <string>
#include <utility>

#include "actors/listeners.hpp"

namespace scalesmall {

/// Why an actor ended last against the will of its supervisor.
struct actor_failure {
  std::string reason;
  std::chrono::nanoseconds at{};  ///< since 1970, in UTC

  friend bool operator==(const actor_failure&, const actor_failure&) = default;
};

/// What the supervisors of a node report: it remembers the last failure of each actor, and passes
/// the reports on to those who ask for them. Any thread.
class tree_reports {
public:
  /// Paths with a failure that is remembered; the oldest is forgotten first, because the paths of
  /// connections come and go.
  static constexpr std::size_t failures_max = 256;

  /// @param now since 1970, in UTC
  void tell(const supervision::report& what, std::chrono::nanoseconds now);

  /// By path.
  [[nodiscard]] std::map<std::string, actor_failure> failures() const;

  /// As listeners::add.
  [[nodiscard]] registration listen(supervision::report_handler f) {
    return listeners_.add(std::move(f));
  }

private:
  mutable std::mutex mutex_;
  std::map<std::string, actor_failure> failures_;
  listeners<supervision::report> listeners_;
};

}  // namespace scalesmall
