#include <algorithm>
#include <chrono>
#include <scalesmall/testing/memory_network.hpp>
#include <vector>

#include <doctest/doctest.h>

#include "tests/net/sockets/network_world.hpp"

using namespace scalesmall;
using namespace scalesmall::testing;
using namespace std::chrono_literals;

namespace {

const net_id node_a{ip_address::v4(10, 0, 0, 1), 1};
const net_id node_b{ip_address::v4(10, 0, 0, 2), 1};
const multicast_options group{.group = {ip_address::v4(224, 1, 1, 1), 1},
                              .interface = ip_address::v4(10, 0, 0, 1)};

/// Two nodes. Node b listens; join() puts both into a multicast group.
struct pair_of_nodes {
  explicit pair_of_nodes(std::uint64_t seed = 1)
      : wire(seed),
        a(wire.host(node_a)),
        b(wire.host(node_b)),
        acceptor(b->listen(node_b).value()) {
    acceptor->own(listener.owner());
    acceptor->grant(100);
  }

  void join() {
    cast_a = a->multicast(group, heard_a.owner()).value();
    cast_b = b->multicast(group, heard_b.owner()).value();
    cast_a->grant(100'000);
    cast_b->grant(100'000);
  }

  watch events;
  memory_network wire;
  probe listener{events};
  probe client{events};
  probe heard_a{events};
  probe heard_b{events};
  std::shared_ptr<network> a;
  std::shared_ptr<network> b;
  std::shared_ptr<acceptor_port> acceptor;
  std::shared_ptr<datagram_port> cast_a;
  std::shared_ptr<datagram_port> cast_b;
};

}  // namespace

TEST_CASE("resolve finds the addresses that were set") {
  memory_network wire;
  const auto host = wire.host({ip_address::v4(10, 0, 0, 1), 1});
  std::vector<net_id> found{{{}, 7}};
  const auto take = [&](std::vector<net_id> addresses) { found = std::move(addresses); };
  host->resolve("a", 5, take);
  CHECK(found.size() == 1);
  wire.run();
  CHECK(found.empty());
  wire.set_name("a", {ip_address::v4(10, 0, 0, 2)});
  host->resolve("a", 5, take);
  wire.run();
  CHECK(found == std::vector<net_id>{{ip_address::v4(10, 0, 0, 2), 5}});
}

TEST_CASE("nothing happens until the network is stepped") {
  pair_of_nodes x;
  const auto port = x.a->connect(node_b, 2s, x.client.owner());
  CHECK(x.client.copy().opened == 0);
  CHECK(x.wire.run() > 0);
  CHECK(x.client.copy().opened == 1);
  CHECK_FALSE(x.wire.run_one());
}

TEST_CASE("delays and time-outs pass in virtual time") {
  pair_of_nodes x;
  x.wire.set_faults({.delay_min = 5ms, .delay_max = 5ms});
  const auto port = x.a->connect(node_b, 2s, x.client.owner());
  (void)x.wire.advance(4ms);
  CHECK(x.client.copy().opened == 0);
  (void)x.wire.advance(1ms);
  CHECK(x.client.copy().opened == 1);
  CHECK(x.wire.now() == 5ms);

  probe late{x.events};
  x.wire.black_hole(node_b);
  const auto hole = x.a->connect(node_b, 2s, late.owner());
  (void)x.wire.advance(1'999ms);
  CHECK(late.copy().errors == 0);
  (void)x.wire.advance(1ms);
  CHECK(late.copy().error == std::errc::timed_out);
}

TEST_CASE("an address refuses connections until answer() is called") {
  pair_of_nodes x;
  x.wire.refuse(node_b);
  auto port = x.a->connect(node_b, 2s, x.client.owner());
  x.wire.run();
  CHECK(x.client.copy().error == std::errc::connection_refused);
  x.wire.answer(node_b);
  port = x.a->connect(node_b, 2s, x.client.owner());
  x.wire.run();
  CHECK(x.client.copy().opened == 1);
}

TEST_CASE("datagrams are lost, doubled and overtaken as set, and the same for a seed") {
  const auto hear = [](std::uint64_t seed, const wire_faults& faults) {
    pair_of_nodes x{seed};
    x.join();
    x.wire.set_faults(faults);
    for (int i = 0; i < 1'000; ++i) {
      CHECK_FALSE(
          x.cast_a->send(bytes{static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i >> 8)}));
      x.wire.run();
    }
    (void)x.wire.advance(1s);
    return x.heard_b.copy().chunks;
  };
  const auto in_order = [](const std::vector<bytes>& x) {
    return std::is_sorted(x.begin(), x.end(), [](const bytes& p, const bytes& q) {
      return p[0] + 256 * p[1] < q[0] + 256 * q[1];
    });
  };
  const auto perfect = hear(1, {});
  CHECK(perfect.size() == 1'000);
  CHECK(in_order(perfect));

  const auto lossy = hear(1, {.datagram_loss = 0.2});
  CHECK(lossy.size() > 700);
  CHECK(lossy.size() < 900);
  CHECK(lossy == hear(1, {.datagram_loss = 0.2}));
  CHECK(lossy != hear(2, {.datagram_loss = 0.2}));

  const auto doubled = hear(1, {.datagram_duplication = 0.5});
  CHECK(doubled.size() > 1'400);
  CHECK(doubled.size() < 1'600);

  const auto delayed = hear(1, {.delay_min = 1ms, .delay_max = 20ms});
  CHECK(delayed.size() == 1'000);
  CHECK_FALSE(in_order(delayed));
}

TEST_CASE("multicast stays in its subnet, and a deaf node hears only itself") {
  pair_of_nodes x;
  x.join();
  const auto send_both = [&] {
    CHECK_FALSE(x.cast_a->send(bytes{1}));
    CHECK_FALSE(x.cast_b->send(bytes{2}));
    x.wire.run();
    return std::pair{x.heard_a.copy().chunks.size(), x.heard_b.copy().chunks.size()};
  };
  CHECK(send_both() == std::pair<std::size_t, std::size_t>{2, 2});
  x.wire.set_subnet(node_b, 7);
  CHECK(send_both() == std::pair<std::size_t, std::size_t>{3, 3});
  x.wire.set_subnet(node_b, 0);
  x.wire.set_deaf(node_b, true);
  CHECK(send_both() == std::pair<std::size_t, std::size_t>{5, 4});
  x.wire.set_deaf(node_b, false);
  x.wire.cut(node_a, node_b);
  CHECK(send_both() == std::pair<std::size_t, std::size_t>{6, 5});
  x.wire.heal();
  CHECK(send_both() == std::pair<std::size_t, std::size_t>{8, 7});
}

TEST_CASE("a node without multicast gets network_unreachable") {
  pair_of_nodes x;
  x.wire.set_multicast(node_a, false);
  CHECK(x.a->multicast(group, {}).error() == std::errc::network_unreachable);
  x.wire.set_multicast(node_a, true);
  CHECK(x.a->multicast(group, {}));
}

TEST_CASE("a cut holds streams back; they go on if healed in time and time out otherwise") {
  for (const bool in_time : {true, false}) {
    pair_of_nodes x;
    probe server{x.events};
    const auto port = x.a->connect(node_b, 2s, x.client.owner());
    x.wire.run();
    const auto stream = x.listener.copy().accepted.at(0).stream;
    stream->own(server.owner());
    stream->grant(10);
    x.wire.cut(node_a, node_b);
    CHECK(port->send({1}) == 1);
    CHECK(port->send({2}) == 1);
    (void)x.wire.advance(memory_network::stream_timeout - 1ms);
    CHECK(server.copy().received.empty());
    CHECK(x.client.copy().errors == 0);
    if (in_time) {
      x.wire.heal();
      (void)x.wire.advance(1min);
      CHECK(server.copy().received == bytes{1, 2});
      CHECK(x.client.copy().errors == 0);
    } else {
      (void)x.wire.advance(1ms);
      CHECK(x.client.copy().error == std::errc::timed_out);
      CHECK(server.copy().error == std::errc::timed_out);
      probe late{x.events};
      const auto again = x.a->connect(node_b, 2s, late.owner());
      (void)x.wire.advance(2s);
      CHECK(late.copy().error == std::errc::timed_out);
    }
  }
}

TEST_CASE("ports may outlive their network") {
  watch events;
  probe client{events};
  std::shared_ptr<stream_port> port;
  std::shared_ptr<network> node;
  {
    memory_network wire;
    node = wire.host(node_a);
    port = node->connect(node_b, 2s, client.owner());
    wire.run();
  }
  CHECK(client.copy().errors == 1);
  port = node->connect(node_b, 2s, client.owner());
  port->close();
}
