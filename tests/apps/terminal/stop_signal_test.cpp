#include "apps/terminal/stop_signal.hpp"

#include <chrono>
#include <signal.h>
#include <utility>

#include <doctest/doctest.h>

namespace scalesmall {

namespace {

using std::chrono_literals::operator""ms;

}  // namespace

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

TEST_CASE("the signal that ended the program is named once") {
  for (const auto& [number, name] : {std::pair{SIGHUP, "SIGHUP"}, {SIGTERM, "SIGTERM"}}) {
    stop_signal stop;
    CHECK_FALSE(stop.take_signal().has_value());
    REQUIRE(::raise(number) == 0);
    stop.wait();
    CHECK(stop.take_signal() == name);
    CHECK_FALSE(stop.take_signal().has_value());
    CHECK(stop.requested());
  }
}

TEST_CASE("SIGHUP may mean to read settings again, and then ends nothing") {
  stop_signal stop{hang_up::reloads};
  for (int i = 0; i < 2; ++i) {
    REQUIRE(::raise(SIGHUP) == 0);
    CHECK(stop.wait_for_reload());
    CHECK_FALSE(stop.requested());
  }
  CHECK_FALSE(stop.take_signal().has_value());
  stop.request();
  CHECK_FALSE(stop.wait_for_reload());
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
