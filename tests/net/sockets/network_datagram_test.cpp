// The conformance suite for multicast: every network must pass it, over sockets and in memory.

#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

#include "tests/net/sockets/network_world.hpp"

using namespace scalesmall;

namespace {

struct member {
  member(world& in, const multicast_options& options)
      : events(in.events), port(in.net().multicast(options, events.owner()).value()) {}

  probe events;
  std::shared_ptr<datagram_port> port;
};

}  // namespace

TEST_CASE_TEMPLATE("a datagram reaches every member of the group whole, and its sender", World,
                   asio_world, memory_world) {
  World in;
  const auto group = in.group();
  member a{in, group};
  member b{in, group};
  member c{in, group};
  for (auto* x : {&a, &b, &c}) x->port->grant(10);
  CHECK_FALSE(a.port->send(pattern(1'400)));
  CHECK_FALSE(b.port->send(pattern(3)));
  for (auto* x : {&a, &b, &c}) {
    CHECK(in.until([&] { return x->events.copy().chunks.size() == 2; }));
    const auto chunks = x->events.copy().chunks;
    CHECK(std::is_permutation(chunks.begin(), chunks.end(),
                              std::vector<bytes>{pattern(1'400), pattern(3)}.begin()));
  }
}

TEST_CASE_TEMPLATE("a datagram over the limit is an error of send, and the port stays usable",
                   World, asio_world, memory_world) {
  World in;
  auto group = in.group();
  member a{in, group};
  a.port->grant(10);
  CHECK(a.port->send(bytes(limits::datagram_bytes_max + 1)) == std::errc::message_size);
  CHECK(a.port->send(bytes(100'000)) == std::errc::message_size);
  CHECK_FALSE(a.port->send(bytes(limits::datagram_bytes_max)));
  CHECK(in.until([&] { return a.events.copy().chunks.size() == 1; }));
  CHECK(a.events.copy().errors == 0);
}

TEST_CASE_TEMPLATE("datagrams wait for credit", World, asio_world, memory_world) {
  World in;
  member a{in, in.group()};
  for (std::uint8_t i = 0; i < 5; ++i) CHECK_FALSE(a.port->send(bytes{i}));
  in.settle();
  CHECK(a.events.copy().chunks.empty());
  a.port->grant(2);
  CHECK(in.until([&] { return a.events.copy().chunks.size() == 2; }));
  in.settle();
  CHECK(a.events.copy().chunks.size() == 2);
  a.port->grant(3);
  CHECK(in.until([&] { return a.events.copy().chunks.size() == 5; }));
}

TEST_CASE_TEMPLATE("a new owner takes over, and a closed port is silent", World, asio_world,
                   memory_world) {
  World in;
  const auto group = in.group();
  member a{in, group};
  member b{in, group};
  probe next{in.events};
  a.port->grant(10);
  a.port->own(next.owner());
  a.port->grant(1);
  b.port->grant(10);
  CHECK_FALSE(b.port->send(bytes{1}));
  CHECK(in.until([&] { return next.copy().chunks.size() == 1; }));
  CHECK(in.until([&] { return b.events.copy().chunks.size() == 1; }));
  a.port->close();
  CHECK(a.port->send(bytes{2}) == std::errc::not_connected);
  CHECK_FALSE(b.port->send(bytes{3}));
  CHECK(in.until([&] { return b.events.copy().chunks.size() == 2; }));
  in.settle();
  CHECK(next.copy().chunks.size() == 1);
  CHECK(a.events.copy().chunks.empty());
}

TEST_CASE_TEMPLATE("an invalid multicast group is refused", World, asio_world, memory_world) {
  World in;
  auto options = in.group();
  options.ttl = 256;
  CHECK(in.net().multicast(options, {}).error() == std::errc::invalid_argument);
  options = in.group();
  options.group.address = ip_address::v4(10, 1, 1, 1);
  CHECK(in.net().multicast(options, {}).error() == std::errc::invalid_argument);
}
