#include "apps/terminal/line_writer.hpp"

#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <poll.h>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <utility>

namespace scalesmall {

namespace {

/// False if the system does not take it.
bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto n = ::write(fd, text.data(), text.size());
    if (n >= 0) {
      text.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      pollfd one{fd, POLLOUT, 0};
      if (::poll(&one, 1, -1) == -1 && errno != EINTR) return false;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace

struct line_writer::state {
  explicit state(int target) : fd(target) {}

  void run() {
    std::unique_lock lock{mutex};
    for (;;) {
      changed.wait(lock, [this] { return ended || !lines.empty(); });
      if (lines.empty()) return;
      auto text = std::exchange(lines, {});
      const auto lost = std::exchange(dropped, 0);
      writing = true;
      lock.unlock();
      std::string all;
      for (auto& line : text) all += line;
      if (lost > 0) all += "(" + std::to_string(lost) + " lines of the log were dropped here)\n";
      const bool written = write_all(fd, all);
      lock.lock();
      writing = false;
      if (!written) dropped += text.size() + lost;
      changed.notify_all();
    }
  }

  const int fd;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::string> lines;
  std::size_t dropped = 0;
  bool writing = false;
  bool ended = false;
};

line_writer::line_writer(int fd) : state_(std::make_shared<state>(fd)) {
  std::thread{[state = state_] { state->run(); }}.detach();
}

line_writer::~line_writer() {
  flush();
  const std::scoped_lock lock{state_->mutex};
  state_->ended = true;
  state_->changed.notify_all();
}

void line_writer::write(std::string line) {
  const std::scoped_lock lock{state_->mutex};
  if (state_->lines.size() >= lines_max) {
    ++state_->dropped;
    return;
  }
  state_->lines.push_back(std::move(line));
  state_->changed.notify_all();
}

void line_writer::flush(std::chrono::milliseconds limit) {
  std::unique_lock lock{state_->mutex};
  state_->changed.wait_for(lock, limit,
                           [this] { return state_->lines.empty() && !state_->writing; });
}

}  // namespace scalesmall
