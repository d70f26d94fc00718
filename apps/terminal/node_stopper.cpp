#include "apps/terminal/node_stopper.hpp"

#include <chrono>
#include <cstdlib>
#include <unistd.h>
#include <utility>

namespace scalesmall {

namespace {

constexpr std::chrono::milliseconds stuck_after{700};

}  // namespace

terminal_modes::terminal_modes() : known_(::tcgetattr(STDIN_FILENO, &modes_) == 0) {}

void terminal_modes::restore() const {
  if (known_) ::tcsetattr(STDIN_FILENO, TCSANOW, &modes_);
}

node_stopper::node_stopper(node& host, stop_signal& stop, std::shared_ptr<spdlog::logger> log,
                           line_writer& log_lines)
    : stop_(stop), log_(std::move(log)), log_lines_(log_lines), thread_([this, &host] {
        stop_.wait();
        host.stop();
        end_if_stuck();
      }) {}

node_stopper::~node_stopper() {
  {
    const std::scoped_lock lock{mutex_};
    ended_ = true;
  }
  changed_.notify_all();
  stop_.request();
}

void node_stopper::end_if_stuck() {
  std::unique_lock lock{mutex_};
  if (changed_.wait_for(lock, stuck_after, [this] { return ended_; })) return;
  modes_.restore();
  log_->warn("stopped, although nobody reads what was written to standard output");
  log_lines_.flush();
  ::_exit(EXIT_FAILURE);
}

}  // namespace scalesmall
