// Tests of the real sockets alone.

#include "net/sockets/io_thread.hpp"

#include <atomic>
#include <chrono>
#include <sys/resource.h>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "net/sockets/asio_network.hpp"
#include "tests/net/sockets/network_world.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;

TEST_CASE("the last reference may be dropped by the thread itself, and ports may outlive it") {
  watch events;
  probe client{events};
  std::atomic<bool> dropped = false;
  auto io = std::make_shared<io_thread>();
  auto net = std::make_shared<asio_network>(io);
  const auto acceptor = net->listen({ip_address::v4(127, 0, 0, 1), 0}).value();
  acceptor->own([held = std::exchange(io, nullptr), also = net, &dropped](port_event) mutable {
    held.reset();
    also.reset();
    dropped = true;
    dropped.notify_all();
  });
  acceptor->grant(1);
  const auto port = net->connect(acceptor->local(), 2s, client.owner());
  net.reset();
  // The test passes if nothing hangs or crashes.
  dropped.wait(false);
  port->close();
  acceptor->close();
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

TEST_CASE("ports may be used by several threads at once") {
  asio_world in;
  connection x{in};
  x.server->own(x.server_events.owner());
  constexpr int sends = 500;
  std::atomic<std::size_t> at_once = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < sends; ++i) {
        at_once += x.client->send(pattern(100));
        x.server->grant(1);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  x.server->grant(1'000'000);
  CHECK(in.until([&] {
    return x.server_events.look([](auto& r) { return r.received.size(); }) == 3 * sends * 100;
  }));
  CHECK(in.until([&] { return at_once + x.client_events.copy().sent == 3 * sends * 100; }));
}

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

TEST_CASE("streams work over IPv6") {
  asio_world in;
  probe listener{in.events};
  probe client{in.events};
  const auto local = parse_net_id("[::1]:0").value();
  const auto acceptor = in.net().listen(local);
  if (!acceptor) {
    MESSAGE("skipped: this machine has no IPv6 loopback");
    return;
  }
  (*acceptor)->own(listener.owner());
  (*acceptor)->grant(1);
  const auto port = in.net().connect((*acceptor)->local(), 2s, client.owner());
  CHECK(
      in.until([&] { return client.copy().opened == 1 && listener.copy().accepted.size() == 1; }));
  CHECK(listener.copy().accepted.at(0).remote.address == local.address);
}

TEST_CASE("multicast works over IPv6, on the interface with the given address") {
  asio_world in;
  probe events{in.events};
  auto options = in.group();
  options.group.address = parse_ip_address("ff15::4711").value();
  // The interface is an IPv4 address.
  CHECK(in.net().multicast(options, {}).error() == std::errc::invalid_argument);
  options.interface = parse_ip_address("2001:db8::9").value();
  CHECK(in.net().multicast(options, {}).error() == std::errc::no_such_device);
  options.interface = parse_ip_address("::1").value();
  const auto port = in.net().multicast(options, events.owner());
  if (!port || (*port)->send(bytes{1})) {
    MESSAGE("skipped: this machine has no IPv6 multicast on its loopback");
    return;
  }
  (*port)->grant(1);
  CHECK(in.until([&] { return events.copy().chunks == std::vector<bytes>{bytes{1}}; }));
}

TEST_CASE("datagrams to another group do not come in") {
  asio_world in;
  const auto options = in.group();
  auto other = options;
  other.group.address = ip_address::v4(239, 255, 71, 8);
  probe here{in.events};
  probe there{in.events};
  const auto a = in.net().multicast(options, here.owner()).value();
  const auto b = in.net().multicast(other, there.owner()).value();
  a->grant(10);
  b->grant(10);
  CHECK_FALSE(a->send(bytes{1}));
  CHECK_FALSE(b->send(bytes{2}));
  CHECK(
      in.until([&] { return here.copy().chunks.size() == 1 && there.copy().chunks.size() == 1; }));
  in.settle();
  CHECK(here.copy().chunks == std::vector<bytes>{bytes{1}});
  CHECK(there.copy().chunks == std::vector<bytes>{bytes{2}});
}
