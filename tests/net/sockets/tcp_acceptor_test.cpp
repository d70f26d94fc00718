#include <chrono>
#include <new>
#include <sys/resource.h>
#include <utility>

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

TEST_CASE("an acceptor that lacks memory drops a connection and accepts the next one") {
  asio_world in;
  probe listener{in.events};
  probe first{in.events};
  probe second{in.events};
  bool lacks = true;
  const auto acceptor = in.net().listen(in.anywhere()).value();
  acceptor->own([&](port_event event) {
    if (std::holds_alternative<port_accepted>(event) && std::exchange(lacks, false))
      throw std::bad_alloc{};
    listener.owner()(std::move(event));
  });
  acceptor->grant(1);
  const auto dropped = in.net().connect(acceptor->local(), 2s, first.owner());
  dropped->grant(1);
  CHECK(in.until([&] {
    const auto told = first.copy();
    return told.closed + told.errors == 1 && listener.copy().troubles == 1;
  }));
  const auto next = in.net().connect(acceptor->local(), 2s, second.owner());
  CHECK(in.until([&] { return listener.copy().accepted.size() == 1; }));
}
