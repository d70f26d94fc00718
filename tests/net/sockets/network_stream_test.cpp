// The conformance suite for streams: every network must pass it, over sockets and in memory.

#include <algorithm>
#include <chrono>
#include <numeric>

#include <doctest/doctest.h>

#include "net/rng.hpp"
#include "tests/net/sockets/network_world.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;

TEST_CASE_TEMPLATE("a connection carries bytes both ways", World, asio_world, memory_world) {
  World in;
  connection x{in};
  CHECK(x.server->remote().address == in.anywhere().address);
  x.server->own(x.server_events.owner());
  x.server->grant(100);
  x.client->grant(100);
  CHECK(x.client->send({1, 2, 3}) == 3);
  CHECK(x.server->send({4}) == 1);
  CHECK(in.until([&] { return x.server_events.copy().received == bytes{1, 2, 3}; }));
  CHECK(in.until([&] { return x.client_events.copy().received == bytes{4}; }));
  CHECK(x.client_events.copy().opened == 1);
  CHECK(x.server_events.copy().opened == 0);
}

TEST_CASE_TEMPLATE("a function that is posted runs once, later", World, asio_world, memory_world) {
  World in;
  probe ran{in.events};
  const auto owner = ran.owner();
  in.net().post([owner] { owner(port_opened{}); });
  CHECK(in.until([&] { return ran.copy().opened == 1; }));
}

TEST_CASE_TEMPLATE("bytes sent before the connection is open follow once it is", World, asio_world,
                   memory_world) {
  World in;
  probe listener{in.events};
  probe client{in.events};
  probe server{in.events};
  const auto acceptor = in.net().listen(in.anywhere()).value();
  acceptor->own(listener.owner());
  acceptor->grant(1);
  const auto port = in.net().connect(acceptor->local(), 2s, client.owner());
  const auto sent = port->send({1}) + port->send({2}) + port->send({});
  REQUIRE(in.until([&] { return listener.copy().accepted.size() == 1; }));
  const auto stream = listener.copy().accepted.front().stream;
  stream->own(server.owner());
  stream->grant(10);
  CHECK(in.until([&] { return server.copy().received == bytes{1, 2}; }));
  CHECK(in.until([&] { return sent + client.copy().sent == 2; }));
}

TEST_CASE_TEMPLATE("a connection to an address without a listener is refused", World, asio_world,
                   memory_world) {
  World in;
  probe client{in.events};
  const auto gone = in.net().listen(in.anywhere()).value()->local();
  const auto port = in.net().connect(gone, 2s, client.owner());
  CHECK(in.until([&] { return client.copy().errors == 1; }));
  CHECK(client.copy().error == std::errc::connection_refused);
  CHECK(client.copy().opened == 0);
  CHECK(port->send({1}) == 0);
}

TEST_CASE_TEMPLATE("a connection without an answer times out", World, asio_world, memory_world) {
  World in;
  probe client{in.events};
  const auto port = in.net().connect(in.black_hole(), 50ms, client.owner());
  CHECK(in.until([&] { return client.copy().errors == 1; }));
  CHECK(client.copy().error == std::errc::timed_out);
}

TEST_CASE_TEMPLATE("nothing is read without an owner and credit, and no more than the credit",
                   World, asio_world, memory_world) {
  World in;
  connection x{in};
  const auto sent = pattern(300'000);
  (void)x.client->send(sent);
  in.settle();
  x.server->own(x.server_events.owner());
  in.settle();
  CHECK(x.server_events.copy().chunks.empty());
  x.server->grant(2);
  CHECK(in.until([&] { return x.server_events.copy().chunks.size() == 2; }));
  in.settle();
  const auto two = x.server_events.copy();
  CHECK(two.chunks.size() == 2);
  for (const auto& chunk : two.chunks) CHECK(chunk.size() <= port_chunk_bytes_max);
  x.server->grant(1'000);
  CHECK(in.until([&] { return x.server_events.copy().received == sent; }));
}

TEST_CASE_TEMPLATE("a peer that does not read pushes back, and loses nothing", World, asio_world,
                   memory_world) {
  World in;
  connection x{in};
  x.server->own(x.server_events.owner());
  std::size_t total = 0;
  std::size_t at_once = 0;
  bytes all;
  // 15 MB: less than the bytes that may wait, more than a system buffers.
  for (std::size_t i = 0; i < 240; ++i) {
    const auto part = pattern(64 * 1024, static_cast<std::uint8_t>(i));
    all.insert(all.end(), part.begin(), part.end());
    total += part.size();
    at_once += x.client->send(part);
  }
  in.settle();
  CHECK(at_once + x.client_events.copy().sent < total);
  for (std::size_t credits = 0;
       x.server_events.look([](auto& r) { return r.received.size(); }) < total;) {
    x.server->grant(50);
    credits += 50;
    REQUIRE(in.until([&] {
      return x.server_events.look(
          [&](auto& r) { return r.chunks.size() == credits || r.received.size() == total; });
    }));
  }
  CHECK(x.server_events.look([&](auto& r) { return r.received == all; }));
  CHECK(in.until([&] { return at_once + x.client_events.copy().sent == total; }));
}

TEST_CASE_TEMPLATE("more unsent bytes than the limit end the port", World, asio_world,
                   memory_world) {
  World in;
  connection x{in};
  for (int i = 0; i < 64; ++i) (void)x.client->send(bytes(512 * 1024));
  CHECK(in.until([&] { return x.client_events.copy().errors == 1; }));
  CHECK(x.client_events.copy().error == std::errc::no_buffer_space);
}

TEST_CASE_TEMPLATE("order and content hold for any sizes and any credit", World, asio_world,
                   memory_world) {
  World in;
  connection x{in};
  x.server->own(x.server_events.owner());
  rng random{14};
  bytes all;
  std::size_t handed = 0;
  for (int i = 0; i < 300; ++i) {
    const auto size = random.between(1, random.chance(0.1) ? 100'000 : 300);
    const auto part = pattern(size, static_cast<std::uint8_t>(i));
    all.insert(all.end(), part.begin(), part.end());
    handed += x.client->send(part);
    if (random.chance(0.3)) x.server->grant(random.between(1, 3));
  }
  x.server->grant(1'000'000);
  CHECK(in.until([&] {
    return x.server_events.look([&](auto& r) { return r.received.size(); }) == all.size();
  }));
  CHECK(x.server_events.copy().received == all);
  CHECK(in.until([&] { return handed + x.client_events.copy().sent == all.size(); }));
}

TEST_CASE_TEMPLATE("an orderly end comes after all data and once", World, asio_world,
                   memory_world) {
  World in;
  connection x{in};
  x.server->own(x.server_events.owner());
  CHECK(x.client->send(pattern(10'000)) == 10'000);
  x.client->close();
  x.client->close();
  x.server->grant(100);
  CHECK(in.until([&] { return x.server_events.copy().closed == 1; }));
  CHECK(x.server_events.copy().received == pattern(10'000));
  CHECK(x.server->send({1}) == 0);
  CHECK(x.client->send({1}) == 0);
  x.client->grant(1);
  in.settle();
  CHECK(x.server_events.copy().closed == 1);
  CHECK(x.server_events.copy().errors == 0);
  CHECK(x.client_events.copy().closed == 0);
}

TEST_CASE_TEMPLATE("a peer that closes with unread bytes resets the connection", World, asio_world,
                   memory_world) {
  World in;
  connection x{in};
  CHECK(x.client->send({1, 2, 3}) == 3);
  in.settle();
  x.server->close();
  x.client->grant(1);
  CHECK(in.until([&] { return x.client_events.copy().errors == 1; }));
  CHECK(x.client_events.copy().error == std::errc::connection_reset);
  CHECK(x.client_events.copy().closed == 0);
}

TEST_CASE_TEMPLATE("the last reference to a port closes it", World, asio_world, memory_world) {
  World in;
  connection x{in};
  x.server->own(x.server_events.owner());
  x.server->grant(1);
  x.client.reset();
  CHECK(in.until([&] { return x.server_events.copy().closed == 1; }));
  in.settle();
  CHECK(x.client_events.copy().errors == 0);
  CHECK(x.client_events.copy().closed == 0);
}

TEST_CASE_TEMPLATE("an accepted stream that no owner keeps is closed", World, asio_world,
                   memory_world) {
  World in;
  probe client{in.events};
  {
    const auto acceptor = in.net().listen(in.anywhere()).value();
    acceptor->own([](port_event) {});
    acceptor->grant(1);
    const auto port = in.net().connect(acceptor->local(), 2s, client.owner());
    port->grant(1);
    CHECK(in.until([&] { return client.copy().closed + client.copy().errors == 1; }));
  }
}

TEST_CASE_TEMPLATE("a new owner takes over with no credit and misses no byte", World, asio_world,
                   memory_world) {
  World in;
  connection x{in};
  probe next{in.events};
  x.server->own(x.server_events.owner());
  x.server->grant(1);
  const auto sent = pattern(200'000);
  (void)x.client->send(sent);
  CHECK(in.until([&] { return !x.server_events.copy().received.empty(); }));
  x.server->grant(100'000);
  x.server->own(next.owner());
  const auto before = x.server_events.copy().received;
  in.settle();
  CHECK(next.copy().received.empty());
  CHECK(x.server_events.copy().received == before);
  x.server->grant(1'000'000);
  CHECK(in.until([&] {
    return before.size() + next.look([](auto& r) { return r.received.size(); }) == sent.size();
  }));
  auto all = before;
  const auto rest = next.copy().received;
  all.insert(all.end(), rest.begin(), rest.end());
  CHECK(all == sent);
}

TEST_CASE_TEMPLATE("a dead port tells every new owner", World, asio_world, memory_world) {
  World in;
  connection x{in};
  x.server->own(x.server_events.owner());
  x.client->close();
  x.server->grant(1);
  CHECK(in.until([&] { return x.server_events.copy().closed == 1; }));
  probe second{in.events};
  probe third{in.events};
  x.server->own(second.owner());
  CHECK(in.until([&] { return second.copy().closed == 1; }));
  x.server->own(third.owner());
  CHECK(in.until([&] { return third.copy().closed == 1; }));
  in.settle();
  CHECK(second.copy().closed == 1);
  CHECK(x.server_events.copy().closed == 1);
}

TEST_CASE_TEMPLATE("an owner may close its port, replace itself and grant from inside an event",
                   World, asio_world, memory_world) {
  World in;
  connection x{in};
  probe next{in.events};
  // The owner replaces itself at the first piece. The port holds the only reference to the function
  // object, which must survive its own call.
  auto* const port = x.server.get();
  x.server->own([port, &next, big = bytes(1'000)](port_event) mutable {
    port->own([port, &next](port_event event) {
      next.owner()(std::move(event));
      port->grant(1);
      if (next.copy().received.size() >= 10) port->close();
    });
    port->grant(1);
    big.assign(1'000, 1);
  });
  x.server->grant(1);
  for (std::uint8_t i = 0; i < 20; ++i) {
    if (x.client->send({i}) == 0) break;
    in.settle();
  }
  in.settle();
  const auto seen = next.copy();
  CHECK(seen.received.size() == 10);
  CHECK(seen.closed + seen.errors == 0);
}

TEST_CASE_TEMPLATE("an acceptor takes as many connections as it is granted; the others wait", World,
                   asio_world, memory_world) {
  World in;
  const auto acceptor = in.net().listen(in.anywhere()).value();
  std::vector<std::shared_ptr<stream_port>> ports;
  std::vector<std::unique_ptr<probe>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<probe>(in.events));
    ports.push_back(in.net().connect(acceptor->local(), 2s, clients.back()->owner()));
  }
  CHECK(in.until([&] {
    return std::all_of(clients.begin(), clients.end(),
                       [](auto& x) { return x->copy().opened == 1; });
  }));
  probe first{in.events};
  acceptor->own(first.owner());
  acceptor->grant(1);
  CHECK(in.until([&] { return first.copy().accepted.size() == 1; }));
  in.settle();
  CHECK(first.copy().accepted.size() == 1);

  // The next owner finds the connections that have waited, as after a crash of the first.
  probe second{in.events};
  acceptor->own(second.owner());
  acceptor->grant(10);
  CHECK(in.until([&] { return second.copy().accepted.size() == 2; }));
  CHECK(first.copy().accepted.size() == 1);
}

TEST_CASE_TEMPLATE("an address has one listener at a time", World, asio_world, memory_world) {
  World in;
  auto acceptor = in.net().listen(in.anywhere()).value();
  const auto at = acceptor->local();
  CHECK(at.port != 0);
  const auto second = in.net().listen(at);
  REQUIRE_FALSE(second);
  CHECK(second.error() == std::errc::address_in_use);
  acceptor->close();
  CHECK(in.net().listen(at));
}
