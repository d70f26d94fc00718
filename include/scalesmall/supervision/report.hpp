#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <scalesmall/supervision/caf_version.hpp>
#include <string>

#include <caf/error.hpp>

namespace scalesmall::supervision {

/// One thing that happened to a child (or, for `gave_up`, to a supervisor because of a child).
struct report {
  enum class kind : std::uint8_t {
    started,       ///< ready; `took` counts from the call of its start function
    start_failed,  ///< `reason` says why; `took` as above
    restarted,     ///< ready again; `took` counts from the end of the previous actor
    ended,         ///< ended by itself and not abnormally; `took` is how long it ran
    failed,        ///< ended abnormally; `took` is how long it ran
    stopped,       ///< stopped by its supervisor; `took` counts from the request
    stop_failed,   ///< as `stopped`, but killed or ended for another reason
    stuck,         ///< killed, but it does not end; the supervisor goes on without it
    gave_up,       ///< the supervisor at `path` exceeded its restart intensity and stops
    waiting,       ///< failed for want of resources; restarted after `took`, see resource_wait_max
  };

  kind what;
  std::string path;  ///< ids from the root down, joined by `/`
  caf::error reason;
  std::chrono::nanoseconds took;
};

[[nodiscard]] std::string to_string(report::kind x);

/// One line for a log: `failed group_manager/topology_db after 1.204 ms: no such group`.
[[nodiscard]] std::string to_string(const report& x);

/// Whether a log should use a higher level than information.
[[nodiscard]] bool is_trouble(report::kind x) noexcept;

/// Called by supervisors on the thread that runs them; different supervisors may call it at the
/// same time. It must neither block nor throw.
using report_handler = std::function<void(const report&)>;

/// The default handler: writes the report as one line to std::clog.
void log_report(const report& x);

}  // namespace scalesmall::supervision
