// Tests of the real sockets alone.

#include "net/sockets/io_thread.hpp"

#include <atomic>
#include <chrono>
#include <memory>
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
