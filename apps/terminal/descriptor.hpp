#pragma once

#include <cerrno>
#include <system_error>
#include <unistd.h>

namespace scalesmall {

/// A file descriptor that is closed with its owner.
class descriptor {
public:
  /// Takes what a system call returned; throws std::system_error with `what` if that is -1.
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
