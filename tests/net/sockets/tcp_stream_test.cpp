#include <atomic>
#include <chrono>
#include <cstddef>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "tests/net/sockets/network_world.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;

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
