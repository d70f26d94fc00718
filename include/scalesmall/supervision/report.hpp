#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include <caf/error.hpp>

namespace scalesmall::supervision {

/// One thing that happened to a child (or, for `gave_up`, to a supervisor because of a child).
struct report {
  enum class kind : std::uint8_t {
    started,       ///< ready; `took` from the call of its start function
    start_failed,  ///< `reason` says why; `took` as above
    restarted,     ///< ready again; `took` from its end
    ended,         ///< ended by itself for a good reason; `took`: how long it ran
    failed,        ///< ended abnormally; `took`: how long it ran
    stopped,       ///< stopped by its supervisor; `took` from the request
    stop_failed,   ///< as `stopped`, but it had to be killed or ended for another reason than asked
    stuck,         ///< killed and still not gone; left behind
    gave_up,       ///< the supervisor at `path` has spent its restart budget and stops
  };

  kind what;
  std::string path;  ///< from the root's id, joined by `/`
  caf::error reason;
  std::chrono::nanoseconds took;
};

[[nodiscard]] std::string to_string(report::kind x);

/// One line for a log: `failed group_manager/topology_db after 1.204 ms: no such group`.
[[nodiscard]] std::string to_string(const report& x);

/// Whether a log should say it louder than information.
[[nodiscard]] bool is_trouble(report::kind x) noexcept;

/// Called by supervisors, on the thread that happens to run them, several at a time for several
/// supervisors. It must neither block nor throw.
using report_handler = std::function<void(const report&)>;

/// The handler of a tree that is given no other: writes the line to std::clog.
void log_report(const report& x);

}  // namespace scalesmall::supervision
