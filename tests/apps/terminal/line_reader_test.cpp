#include <array>
#include <signal.h>
#include <thread>
#include <unistd.h>

#include <doctest/doctest.h>

#include "apps/shell/command_syntax.hpp"
#include "apps/terminal/pipe_reader.hpp"
#include "apps/terminal/stop_signal.hpp"

namespace scalesmall {

namespace {

using std::chrono_literals::operator""ms;

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

TEST_CASE("the first reason of the node is kept") {
  stop_signal stop;
  CHECK_FALSE(stop.requested());
  CHECK(stop.wait_for(1ms));
  stop.node_ended("first");
  stop.node_ended("second");
  CHECK(stop.node_end() == "first");
  CHECK(stop.requested());
  CHECK_FALSE(stop.wait_for(60'000ms));
}

TEST_CASE("SIGTERM and SIGINT end every wait, later ones included") {
  for (const int number : {SIGTERM, SIGINT}) {
    stop_signal stop;
    REQUIRE(::raise(number) == 0);
    stop.wait();
    CHECK(stop.requested());
    CHECK_FALSE(stop.wait_for(60'000ms));
    CHECK_FALSE(stop.node_end().has_value());
    // Consume the signal, so that the next case starts without it.
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    int taken = 0;
    REQUIRE(::sigwait(&set, &taken) == 0);
    CHECK(taken == number);
  }
}

}  // namespace scalesmall
