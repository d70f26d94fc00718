#include "apps/terminal/stop_signal.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace scalesmall {

namespace {

/// A blocked signal is delivered to a signalfd even if it is ignored.
bool is_ignored(int signal) {
  struct sigaction now {};
  return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

/// Whether the process has a terminal that controls it.
bool has_terminal() {
  const int fd = ::open("/dev/tty", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd != -1) ::close(fd);
  return fd != -1;
}

int open_signal(const sigset_t& set) {
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int open_hang_ups() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGHUP);
  return open_signal(set);
}

int open_signals(hang_up means) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  if (means == hang_up::stops && !is_ignored(SIGHUP)) sigaddset(&set, SIGHUP);
  // Another thread that did not block these would take them from terminal_reader.
  sigset_t of_terminal;
  sigemptyset(&of_terminal);
  sigaddset(&of_terminal, SIGCONT);
  sigaddset(&of_terminal, SIGWINCH);
  ::pthread_sigmask(SIG_BLOCK, &of_terminal, nullptr);
  return open_signal(set);
}

enum class wake : std::uint8_t { stop, readable, other_readable, timeout };

/// The two stop descriptors are not read here, so they stay readable. A negative `fd` is never
/// readable; a negative time means no limit.
wake wait_on(int signals, int wake_up, int fd, int time_ms, int other = -1) {
  std::array<pollfd, 4> fds{
      {{signals, POLLIN, 0}, {wake_up, POLLIN, 0}, {fd, POLLIN, 0}, {other, POLLIN, 0}}};
  int ready = 0;
  do {
    ready = ::poll(fds.data(), fds.size(), time_ms);
  } while (ready == -1 && errno == EINTR);
  if (ready == -1) throw std::system_error(errno, std::generic_category(), "poll");
  if (fds[0].revents != 0 || fds[1].revents != 0) return wake::stop;
  if (fds[3].revents != 0) return wake::other_readable;
  return fds[2].revents != 0 ? wake::readable : wake::timeout;
}

}  // namespace

stop_signal::stop_signal(hang_up means)
    : has_terminal_(has_terminal()),
      signals_(open_signals(means), "signalfd"),
      wake_(::eventfd(0, EFD_CLOEXEC), "eventfd") {
  if (means == hang_up::reloads && !is_ignored(SIGHUP))  // nohup ignores it
    hang_ups_.emplace(open_hang_ups(), "signalfd");
}

void stop_signal::node_ended(std::string reason) {
  {
    const std::scoped_lock lock{mutex_};
    if (reason_) return;
    reason_ = std::move(reason);
  }
  request();
}

void stop_signal::request() { ::eventfd_write(wake_.get(), 1); }

std::optional<std::string> stop_signal::take_signal() {
  if (const std::scoped_lock lock{mutex_}; std::exchange(hung_up_, false)) return "SIGHUP";
  signalfd_siginfo info{};
  if (::read(signals_.get(), &info, sizeof info) != sizeof info) return std::nullopt;
  request();
  switch (info.ssi_signo) {
    case SIGHUP:
      return "SIGHUP";
    case SIGINT:
      return "SIGINT";
    default:
      return "SIGTERM";
  }
}

std::optional<std::string> stop_signal::node_end() const {
  const std::scoped_lock lock{mutex_};
  return reason_;
}

std::chrono::steady_clock::time_point stop_signal::now() const {
  return std::chrono::steady_clock::now();
}

bool stop_signal::wait_for(std::chrono::milliseconds time) {
  constexpr std::int64_t int_max = INT32_MAX;
  const auto limit = std::clamp<std::int64_t>(time.count(), 0, int_max);
  return wait_on(signals_.get(), wake_.get(), -1, static_cast<int>(limit)) != wake::stop;
}

bool stop_signal::requested() const {
  return wait_on(signals_.get(), wake_.get(), -1, 0) == wake::stop;
}

bool stop_signal::wait_readable(int fd) const {
  return wait_on(signals_.get(), wake_.get(), fd, -1) == wake::readable;
}

stop_signal::input stop_signal::wait_readable(int fd, int other) const {
  switch (wait_on(signals_.get(), wake_.get(), fd, -1, other)) {
    case wake::readable:
      return input::first;
    case wake::other_readable:
      return input::second;
    default:
      return input::none;
  }
}

void stop_signal::wait() const { (void)wait_on(signals_.get(), wake_.get(), -1, -1); }

bool stop_signal::wait_for_reload() {
  const int hang_ups = hang_ups_ ? hang_ups_->get() : -1;
  if (wait_on(signals_.get(), wake_.get(), hang_ups, -1) == wake::stop) return false;
  signalfd_siginfo info{};
  static_cast<void>(::read(hang_ups, &info, sizeof info));
  if (!has_terminal_ || has_terminal()) return true;
  {
    const std::scoped_lock lock{mutex_};
    hung_up_ = true;
  }
  request();
  return false;
}

}  // namespace scalesmall
