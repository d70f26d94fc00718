#include <scalesmall/runtime.hpp>
#include <utility>

#include <caf/actor_system.hpp>
#include <doctest/doctest.h>

#include "tests/node/undisturbed.hpp"

using namespace scalesmall;

namespace {

node_config on_loopback(std::uint16_t port) {
  node_config config;
  config.listen.port = port;
  config.multicast = false;
  return config;
}

}  // namespace

TEST_CASE("a program without actors starts a node, moves it and ends it") {
  auto started = runtime::start(on_loopback(0));
  REQUIRE(started);
  auto mine = std::move(*started);
  REQUIRE(mine->join("g"));
  CHECK(mine.host().members("g").size() == 1);
  CHECK(!mine.system().has_middleman());
  CHECK(!runtime::start(on_loopback(mine->id().port)));
  check_no_restarts(mine.host());
}
