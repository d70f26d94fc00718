#include "apps/terminal/standard_files.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <iostream>
#include <unistd.h>

namespace scalesmall {

closed_files fill_standard_files() {
  closed_files closed;
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) != -1 || errno != EBADF) continue;
    // The lower ones are open, so this takes exactly this number.
    if (::open("/dev/null", O_RDWR) == -1) continue;
    closed.output |= fd == STDOUT_FILENO;
    closed.errors |= fd == STDERR_FILENO;
  }
  return closed;
}

bool output_arrived() {
  std::cout.flush();
  return std::cout.good() && std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
}

}  // namespace scalesmall
