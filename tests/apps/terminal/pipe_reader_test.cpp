#include "apps/terminal/pipe_reader.hpp"

#include <array>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>

#include <doctest/doctest.h>

#include "apps/terminal/stop_signal.hpp"
#include "ops/verbs/command_syntax.hpp"

namespace scalesmall {

namespace {

/// A pipe that a test writes to.
class pipe_ends {
public:
  pipe_ends() { REQUIRE(::pipe(fds_.data()) == 0); }
  ~pipe_ends() {
    ::close(fds_[0]);
    close_writer();
  }

  int reader() const { return fds_[0]; }

  void write(std::string_view text) {
    REQUIRE(::write(fds_[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }

  void close_writer() {
    if (fds_[1] != -1) ::close(fds_[1]);
    fds_[1] = -1;
  }

private:
  std::array<int, 2> fds_{-1, -1};
};

}  // namespace

TEST_CASE("lines may arrive in pieces; the last one needs no newline") {
  const stop_signal stop;
  pipe_ends pipe;
  pipe_reader lines{pipe.reader(), stop};
  pipe.write("one\n\ntw");
  CHECK(lines.next() == "one");
  CHECK(lines.next() == "");
  pipe.write("o\nthree");
  CHECK(lines.next() == "two");
  pipe.close_writer();
  CHECK(lines.next() == "three");
  CHECK(lines.next() == std::nullopt);
}

TEST_CASE("an overlong line is cut just above the limit, and the next line is intact") {
  const stop_signal stop;
  pipe_ends pipe;
  pipe_reader lines{pipe.reader(), stop};
  std::jthread writer{[&] {
    const std::string piece(1024, 'x');
    for (int i = 0; i < 1000; ++i) pipe.write(piece);
    pipe.write("\nnext\n");
  }};
  CHECK(lines.next()->size() == line_bytes_max + 1);
  CHECK(lines.next() == "next");
}

TEST_CASE("a read waits for input and ends at a stop") {
  stop_signal stop;
  pipe_ends pipe;
  pipe_reader lines{pipe.reader(), stop};
  pipe.write("before\n");
  CHECK(lines.next() == "before");
  pipe.write("half a li");
  std::jthread ender{[&] { stop.node_ended("too many restarts"); }};
  CHECK(lines.next() == std::nullopt);
  pipe.write("ne\n");
  CHECK(lines.next() == std::nullopt);
  CHECK(stop.node_end() == "too many restarts");
}

}  // namespace scalesmall
