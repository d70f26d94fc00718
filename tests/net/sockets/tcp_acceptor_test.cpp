#include <chrono>
#include <sys/resource.h>

#include <doctest/doctest.h>

#include "tests/net/sockets/network_world.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;

TEST_CASE("an acceptor without descriptors reports trouble, backs off and goes on") {
  asio_world in;
  probe listener{in.events};
  probe client{in.events};
  const auto acceptor = in.net().listen(in.anywhere()).value();
  acceptor->own(listener.owner());
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const auto port = in.net().connect(acceptor->local(), 2s, client.owner());
  CHECK(in.until([&] { return client.copy().opened == 1; }));
  // The system gives the lowest free descriptor, so no free one is below the limit.
  const rlimit none{3, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  acceptor->grant(1);
  const bool told = in.until([&] { return listener.copy().troubles >= 2; });
  const auto accepted_meanwhile = listener.copy().accepted.size();
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(told);
  CHECK(accepted_meanwhile == 0);
  CHECK(in.until([&] { return listener.copy().accepted.size() == 1; }));
  // The acceptor backs off, by 50 ms and doubling, and does not spin.
  CHECK(listener.copy().troubles < 12);
}
