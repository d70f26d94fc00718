#include "apps/service/reporter.hpp"

#include <system_error>
#include <utility>

namespace scalesmall {

namespace {

/// Half the time after which the process counts as dead.
std::chrono::microseconds period_of(const service_manager& x) {
  return x.watchdog() ? *x.watchdog() / 2 : reporter::status_period;
}

std::string since_boot() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::to_string(std::chrono::floor<std::chrono::microseconds>(now).count());
}

}  // namespace

reporter::reporter(const service_manager& to, subject of)
    : to_(to), of_(std::move(of)), period_(period_of(to)) {
  tell("READY=1\nSTATUS=" + of_.status());
  if (to_.is_there()) thread_ = std::jthread{[this] { run(); }};
}

reporter::~reporter() {
  {
    const std::scoped_lock lock{mutex_};
    ended_ = true;
  }
  changed_.notify_all();
  tell("STOPPING=1\nSTATUS=stopping");
}

void reporter::reloading() { tell("RELOADING=1\nMONOTONIC_USEC=" + since_boot()); }

void reporter::reloaded() { tell("READY=1\nSTATUS=" + of_.status()); }

void reporter::tell(const std::string& lines) {
  const int error = to_.tell(lines);
  if (!unheard_.exchange(error != 0) && error != 0)
    of_.warn("the service manager cannot be told of this node: " +
             std::generic_category().message(error));
}

/// True after a period, false at the end.
bool reporter::wait() {
  std::unique_lock lock{mutex_};
  return !changed_.wait_for(lock, period_, [this] { return ended_; });
}

void reporter::run() {
  bool stuck = false;
  auto beat = of_.pulse();
  while (wait()) {
    // A pulse that does not come is waited for: a second one would not come sooner.
    if (beat.wait_for(std::chrono::seconds{0}) != std::future_status::ready) {
      if (!std::exchange(stuck, true))
        of_.warn(
            "this node has not run any actor for a while; the service manager is not told"
            " that it lives");
      continue;
    }
    if (std::exchange(stuck, false)) of_.warn("the actors of this node run again");
    tell("WATCHDOG=1\nSTATUS=" + of_.status());
    beat = of_.pulse();
  }
}

}  // namespace scalesmall
