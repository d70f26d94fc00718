#include "apps/terminal/line_writer.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <fcntl.h>
#include <memory>
#include <string>
#include <unistd.h>

#include <doctest/doctest.h>

namespace scalesmall {

namespace {

struct log_pipe {
  log_pipe() {
    std::signal(SIGPIPE, SIG_IGN);
    REQUIRE(::pipe2(fds.data(), O_CLOEXEC) == 0);
  }
  log_pipe(const log_pipe&) = delete;
  log_pipe& operator=(const log_pipe&) = delete;
  ~log_pipe() {
    ::close(fds[0]);
    ::close(fds[1]);
  }

  std::string read_some() const {
    std::array<char, 65'536> text;
    const auto n = ::read(fds[0], text.data(), text.size());
    return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(n, 0))};
  }

  std::array<int, 2> fds{};
};

}  // namespace

TEST_CASE("lines are written in order") {
  const log_pipe ends;
  line_writer writer{ends.fds[1]};
  writer.write("one\n");
  writer.write("two\n");
  writer.flush();
  CHECK(ends.read_some() == "one\ntwo\n");
}

TEST_CASE("without a reader lines are dropped and counted, and nobody waits") {
  const log_pipe ends;
  std::string seen;
  {
    line_writer writer{ends.fds[1]};
    for (int i = 0; i < 5'000; ++i) writer.write(std::string(999, 'x') + '\n');
    while (seen.find("dropped") == seen.npos) seen += ends.read_some();
  }
  CHECK(seen.find(" lines of the log were dropped here)\n") != seen.npos);
  CHECK(seen.size() < 5'000 * 1'000);
}

TEST_CASE("a writer that nobody reads ends all the same") {
  // The pipe stays: the thread that hangs in the system must not write to the next file of its
  // number.
  static const log_pipe ends;
  line_writer writer{ends.fds[1]};
  for (int i = 0; i < 500; ++i) writer.write(std::string(999, 'x') + '\n');
}

}  // namespace scalesmall
