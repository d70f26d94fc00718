#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace scalesmall {

/// Writes lines to a descriptor on a thread of its own, so that nobody waits for a reader that does
/// not read. If too many lines wait, new ones are dropped, and a line says how many. Lines that the
/// system does not take, because the disk is full or the reader is gone, are dropped, too.
class line_writer {
public:
  static constexpr std::size_t lines_max = 1'024;

  /// Does not close `fd`. Throws std::system_error if the system has no thread left.
  explicit line_writer(int fd);
  line_writer(const line_writer&) = delete;
  line_writer& operator=(const line_writer&) = delete;

  /// Waits for flush_time at most for what is not written yet. Then the thread is left alone: it
  /// may hang in the system.
  ~line_writer();

  /// Takes a text that ends with a newline. Never waits. Any thread.
  void write(std::string line);

  /// Waits until all is written, or for this time.
  void flush(std::chrono::milliseconds limit = flush_time);

private:
  static constexpr std::chrono::milliseconds flush_time{300};

  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace scalesmall
