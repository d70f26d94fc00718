#include "apps/terminal/pipe_reader.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <unistd.h>

#include "ops/verbs/command_syntax.hpp"

namespace scalesmall {

pipe_reader::pipe_reader(int fd, const stop_signal& stop) : fd_(fd), stop_(stop) {}

std::optional<std::string> pipe_reader::next() {
  if (stop_.requested()) return std::nullopt;
  std::string line;
  const auto take = [&](std::size_t n) {
    const auto room = line_bytes_max + 1 - line.size();
    line.append(buffer_, 0, std::min(n, room));
  };
  for (;;) {
    const auto end = buffer_.find('\n');
    if (end != buffer_.npos) {
      take(end);
      buffer_.erase(0, end + 1);
      return line;
    }
    take(buffer_.size());
    buffer_.clear();
    if (!fill()) break;
  }
  if (line.empty() || stop_.requested()) return std::nullopt;
  return line;
}

bool pipe_reader::fill() {
  std::array<char, 4096> chunk;
  for (;;) {
    if (!stop_.wait_readable(fd_)) return false;
    const auto n = ::read(fd_, chunk.data(), chunk.size());
    if (n > 0) buffer_.assign(chunk.data(), static_cast<std::size_t>(n));
    if (n >= 0) return n > 0;
    if (errno != EINTR && errno != EAGAIN) return false;
  }
}

}  // namespace scalesmall
