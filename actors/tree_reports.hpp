#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <scalesmall/registration.hpp>
#include <scalesmall/supervision/report.hpp>
#include <string>

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

  /// Calls a function with each report until the registration ends, on the thread of a supervisor.
  /// It must neither block nor throw, nor call this object.
  [[nodiscard]] registration listen(supervision::report_handler f);

private:
  struct content {
    mutable std::mutex mutex;  // held while the listeners run
    std::map<std::string, actor_failure> failures;
    std::uint64_t last_listener = 0;
    std::map<std::uint64_t, supervision::report_handler> listeners;
  };

  std::shared_ptr<content> content_ = std::make_shared<content>();
};

}  // namespace scalesmall
