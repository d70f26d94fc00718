#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <scalesmall/node.hpp>
#include <termios.h>
#include <thread>

#include <spdlog/logger.h>

#include "apps/terminal/line_writer.hpp"
#include "apps/terminal/stop_signal.hpp"

namespace scalesmall {

/// The modes of the terminal when this object was made.
class terminal_modes {
public:
  terminal_modes();
  void restore() const;

private:
  termios modes_{};
  bool known_;
};

/// Stops the node on a thread of its own when the program is to stop, so that a command that waits
/// for the node's answer does not delay it; at the latest at the end of its own life, which waits
/// for it. If the shell does not end soon after that, because nobody reads what it writes, this
/// ends the program.
class node_stopper {
public:
  node_stopper(node& host, stop_signal& stop, std::shared_ptr<spdlog::logger> log,
               line_writer& log_lines);
  node_stopper(const node_stopper&) = delete;
  node_stopper& operator=(const node_stopper&) = delete;
  ~node_stopper();

private:
  void end_if_stuck();

  terminal_modes modes_;
  stop_signal& stop_;
  std::shared_ptr<spdlog::logger> log_;
  line_writer& log_lines_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  std::jthread thread_;
};

}  // namespace scalesmall
