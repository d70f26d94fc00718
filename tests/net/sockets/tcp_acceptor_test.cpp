#include <chrono>
#include <sys/resource.h>

#include <doctest/doctest.h>

#include "tests/net/sockets/network_world.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;

TEST_CASE("an acceptor without descriptors says so, waits and goes on") {
  asio_world in;
  probe listener{in.events};
  probe client{in.events};
  const auto acceptor = in.net().listen(in.anywhere()).value();
  acceptor->own(listener.owner());
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const auto port = in.net().connect(acceptor->local(), 2s, client.owner());
  CHECK(in.until([&] { return client.copy().opened == 1; }));
  // Descriptors are given from the lowest up, so that none is free below the limit.
  const rlimit none{3, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  acceptor->grant(1);
  const bool told = in.until([&] { return listener.copy().troubles >= 2; });
  const auto accepted_meanwhile = listener.copy().accepted.size();
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(told);
  CHECK(accepted_meanwhile == 0);
  CHECK(in.until([&] { return listener.copy().accepted.size() == 1; }));
  // Backed off, not spun: 50 ms and doubling.
  CHECK(listener.copy().troubles < 12);
}
