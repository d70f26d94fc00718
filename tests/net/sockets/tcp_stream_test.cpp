#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <linux/filter.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>

#include "tests/net/sockets/network_world.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;

namespace {

/// A peer on loopback that can fall silent as if the network were cut.
class cut_off_peer {
public:
  cut_off_peer() {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(any);
    REQUIRE(::bind(listening_, reinterpret_cast<sockaddr*>(&any), size) == 0);
    REQUIRE(::listen(listening_, 1) == 0);
    ::getsockname(listening_, reinterpret_cast<sockaddr*>(&any), &size);
    address_ = {ip_address::v4(127, 0, 0, 1), ntohs(any.sin_port)};
  }
  cut_off_peer(const cut_off_peer&) = delete;
  cut_off_peer& operator=(const cut_off_peer&) = delete;
  ~cut_off_peer() {
    ::close(connected_);
    ::close(listening_);
  }

  [[nodiscard]] const net_id& address() const { return address_; }

  /// The system drops all that comes on the connection that was accepted first.
  void fall_silent() {
    connected_ = ::accept(listening_, nullptr, nullptr);
    std::array drop_all{sock_filter{BPF_RET | BPF_K, 0, 0, 0}};
    const sock_fprog filter{drop_all.size(), drop_all.data()};
    REQUIRE(::setsockopt(connected_, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) == 0);
  }

  /// Nothing comes, so this takes the time.
  void wait(std::chrono::milliseconds time) const {
    pollfd what{connected_, POLLIN, 0};
    CHECK(::poll(&what, 1, static_cast<int>(time.count())) == 0);
  }

private:
  int listening_ = ::socket(AF_INET, SOCK_STREAM, 0);
  int connected_ = -1;
  net_id address_;
};

}  // namespace

TEST_CASE("a message ends a connection on which nothing has been acknowledged for seconds") {
  cut_off_peer peer;
  asio_world in;
  probe events{in.events};
  const auto client = in.net().connect(peer.address(), 2s, events.owner());
  REQUIRE(in.until([&] { return events.copy().opened == 1; }));
  peer.fall_silent();
  const auto begin = std::chrono::steady_clock::now();
  while (events.copy().errors == 0) {
    (void)client->send(pattern(1));
    peer.wait(50ms);
  }
  CHECK(events.copy().error == std::errc::timed_out);
  // Without a message the system would end it after 20 s.
  CHECK(std::chrono::steady_clock::now() - begin < 15s);
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
