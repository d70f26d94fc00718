#include "apps/terminal/standard_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <doctest/doctest.h>

namespace scalesmall {

TEST_CASE("/dev/null takes the place of a closed descriptor, and of no other") {
  const int kept = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10);
  const auto open_before = fill_standard_files();
  CHECK_FALSE(open_before.output);
  ::close(STDIN_FILENO);
  const auto closed = fill_standard_files();
  CHECK_FALSE(closed.output);
  CHECK_FALSE(closed.errors);
  char byte = 0;
  CHECK(::read(STDIN_FILENO, &byte, 1) == 0);
  if (kept != -1) {
    REQUIRE(::dup2(kept, STDIN_FILENO) == STDIN_FILENO);
    ::close(kept);
  }
}

}  // namespace scalesmall
