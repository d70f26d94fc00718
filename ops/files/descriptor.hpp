#pragma once

#include <cerrno>
#include <system_error>
#include <unistd.h>

namespace scalesmall {

/// Owns a file descriptor and closes it at the end.
class descriptor {
public:
  /// Takes the result of a system call.
  /// @throws std::system_error with `what` and errno if `fd` is -1
  descriptor(int fd, const char* what) : fd_(fd) {
    if (fd == -1) throw std::system_error{errno, std::generic_category(), what};
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() { ::close(fd_); }

  [[nodiscard]] int get() const noexcept { return fd_; }

private:
  int fd_;
};

}  // namespace scalesmall
