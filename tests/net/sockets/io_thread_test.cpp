// Tests of the real sockets alone.

#include "net/sockets/io_thread.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <new>
#include <utility>

#include <doctest/doctest.h>

#include "net/sockets/asio_network.hpp"
#include "tests/net/sockets/network_world.hpp"
#include "tests/support/await.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;

TEST_CASE("the last reference may be dropped by the thread itself, and ports may outlive it") {
  watch events;
  probe client{events};
  countdown dropped;
  auto io = std::make_shared<io_thread>();
  auto net = std::make_shared<asio_network>(io);
  const std::weak_ptr thread = io;
  const auto acceptor = net->listen({ip_address::v4(127, 0, 0, 1), 0}).value();
  acceptor->own([held = std::exchange(io, nullptr), also = net, &dropped](port_event) mutable {
    held.reset();
    also.reset();
    dropped.count_down();
  });
  acceptor->grant(1);
  const auto port = net->connect(acceptor->local(), 2s, client.owner());
  net.reset();
  dropped.await("an event of the acceptor");
  CHECK(thread.expired());
  port->close();
  acceptor->close();
  CHECK(port->send(bytes{1}) == 0);
}

TEST_CASE("no call of a former owner is under way once its port has a new owner") {
  asio_world in;
  connection x{in};
  for (int i = 0; i < 300; ++i) {
    std::atomic<bool> gone = false;
    std::atomic<int> late = 0;
    x.server->own([&](port_event) {
      for (int spin = 0; spin < 1'000; ++spin) late += gone;
    });
    x.server->grant(1'000);
    (void)x.client->send(pattern(1'000));
    x.server->own([](port_event) {});
    gone = true;
    CHECK(late == 0);
  }
}

TEST_CASE("an exception on the thread costs its port, and no other") {
  asio_world in;
  connection broken{in};
  connection well{in};
  broken.client->own([&](port_event event) {
    if (std::holds_alternative<port_data>(event)) throw std::bad_alloc{};
    broken.client_events.owner()(std::move(event));
  });
  broken.client->grant(10);
  (void)broken.server->send(pattern(10));
  CHECK(in.until([&] { return broken.client_events.copy().errors == 1; }));
  CHECK(broken.client_events.copy().error == std::errc::not_enough_memory);
  well.client->grant(10);
  (void)well.server->send(pattern(10));
  CHECK(in.until([&] { return well.client_events.copy().received == pattern(10); }));
}

TEST_CASE("an owner that fails while it is told the end of its port is told again") {
  asio_world in;
  connection broken{in};
  countdown taken;
  broken.client->own([&taken, failures = 3](port_event) mutable {
    if (failures-- > 0) throw std::bad_alloc{};
    taken.count_down();
  });
  broken.client->grant(10);
  broken.server->close();
  connection well{in};
  well.client->grant(10);
  (void)well.server->send(pattern(10));
  CHECK(in.until([&] { return well.client_events.copy().received == pattern(10); }));
  taken.await("the end of the port");
}
