#include <array>
#include <cstdio>
#include <iostream>
#include <scalesmall/supervision/exit_reason.hpp>
#include <scalesmall/supervision/report.hpp>

namespace scalesmall::supervision {

std::string to_string(report::kind x) {
  static constexpr std::array names = {
      "started", "start failed",         "restarted", "ended",   "failed",
      "stopped", "stopped with trouble", "stuck",     "gave up", "waiting for resources"};
  static_assert(names.size() == static_cast<std::size_t>(report::kind::waiting) + 1);
  const auto i = static_cast<std::size_t>(x);
  return i < names.size() ? names[i] : "unknown";
}

std::string to_string(const report& x) {
  auto line = to_string(x.what) + ' ' + x.path;
  // The line of a wait is the same each time, so that a log may leave repetitions out.
  if (x.what != report::kind::gave_up && x.what != report::kind::waiting) {
    std::array<char, 48> took{};
    const auto ms = std::chrono::duration<double, std::milli>(x.took).count();
    std::snprintf(took.data(), took.size(), " after %.3f ms", ms);
    line += took.data();
  }
  if (x.reason) line += ": " + describe(x.reason);
  return line;
}

// A single insertion: lines of different threads do not mix.
void log_report(const report& x) { std::clog << to_string(x) + '\n'; }

bool is_trouble(report::kind x) noexcept {
  switch (x) {
    case report::kind::started:
    case report::kind::restarted:
    case report::kind::ended:
    case report::kind::stopped:
      return false;
    case report::kind::start_failed:
    case report::kind::failed:
    case report::kind::stop_failed:
    case report::kind::stuck:
    case report::kind::gave_up:
    case report::kind::waiting:
      return true;
  }
  return true;
}

}  // namespace scalesmall::supervision
