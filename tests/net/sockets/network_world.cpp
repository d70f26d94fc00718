#include "tests/net/sockets/network_world.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "net/sockets/asio_network.hpp"
#include "net/sockets/io_thread.hpp"

namespace scalesmall {

using namespace std::chrono_literals;

void probe::state::write_down(port_event event) {
  const std::lock_guard guard{shared.mutex};
  auto& r = events;
  if (std::get_if<port_opened>(&event) != nullptr) {
    ++r.opened;
  } else if (auto* data = std::get_if<port_data>(&event)) {
    r.received.insert(r.received.end(), data->data.begin(), data->data.end());
    r.chunks.push_back(std::move(data->data));
  } else if (const auto* sent = std::get_if<port_sent>(&event)) {
    r.sent += sent->bytes;
  } else if (std::get_if<port_closed>(&event) != nullptr) {
    ++r.closed;
  } else if (const auto* error = std::get_if<port_error>(&event)) {
    ++r.errors;
    r.error = error->code;
  } else if (std::get_if<port_trouble>(&event) != nullptr) {
    ++r.troubles;
  } else {
    r.accepted.push_back(std::get<port_accepted>(std::move(event)));
  }
  ++shared.changes;
  shared.changed.notify_all();
}

asio_world::asio_world()
    : io_(std::make_shared<io_thread>()), network_(std::make_shared<asio_network>(io_)) {}

asio_world::~asio_world() {
  for (const auto descriptor : descriptors_) ::close(descriptor);
}

net_id asio_world::black_hole() {
  // A listener with a full backlog: the system answers no further connection.
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  const auto open = [this](int flags) {
    return descriptors_.emplace_back(::socket(AF_INET, SOCK_STREAM | flags, 0));
  };
  auto* const address = reinterpret_cast<sockaddr*>(&at);
  const auto listener = open(0);
  if (::bind(listener, address, size) != 0 || ::listen(listener, 0) != 0 ||
      ::getsockname(listener, address, &size) != 0) {
    throw std::system_error(errno, std::generic_category());
  }
  for (int i = 0; i < 4; ++i) (void)::connect(open(SOCK_NONBLOCK), address, size);
  return {ip_address::v4(127, 0, 0, 1), ::ntohs(at.sin_port)};
}

multicast_options asio_world::group() {
  // A port that is free for TCP now is hardly ever in use for UDP.
  const auto port = network_->listen(anywhere()).value()->local().port;
  return {.group = {ip_address::v4(239, 255, 71, 7), port},
          .interface = ip_address::v4(127, 0, 0, 1),
          .ttl = 0};
}

bool asio_world::until(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  std::unique_lock guard{events.mutex};
  for (auto in_time = true; in_time;) {
    const auto seen = events.changes;
    guard.unlock();
    if (condition()) return true;
    guard.lock();
    in_time = events.changed.wait_until(guard, deadline, [&] { return events.changes != seen; });
  }
  return false;
}

void asio_world::settle() {
  // Events that were ready when a connection was made are handled before what comes over that
  // connection.
  round_trip();
  round_trip();
}

void asio_world::round_trip() {
  connection echo{*this};
  echo.server->own(echo.server_events.owner());
  echo.server->grant(1);
  (void)echo.client->send({1});
  if (!until([&] { return !echo.server_events.copy().received.empty(); }))
    throw std::runtime_error("no round trip");
}

memory_world::memory_world() {
  wire.set_faults({.delay_min = 10us, .delay_max = 90us, .chunk_bytes_max = 5'000});
  network_ = wire.host({ip_address::v4(10, 0, 0, 1), 1});
}

net_id memory_world::black_hole() {
  const net_id hole{ip_address::v4(10, 0, 0, 9), 9};
  wire.black_hole(hole);
  return hole;
}

multicast_options memory_world::group() {
  return {.group = {ip_address::v4(224, 1, 1, 1), 29'999},
          .interface = ip_address::v4(10, 0, 0, 1)};
}

bool memory_world::until(const std::function<bool()>& condition) {
  for (auto waited = 0s; waited < 100s; waited += 1s) {
    while (!condition()) {
      if (!wire.run_one()) break;
    }
    if (condition()) return true;
    (void)wire.advance(1s);
  }
  return condition();
}

connection::connection(world& in)
    : in_world(in), client_events(in.events), server_events(in.events) {
  probe listener_events{in.events};
  const auto acceptor = in.net().listen(in.anywhere()).value();
  acceptor->own(listener_events.owner());
  acceptor->grant(1);
  client = in.net().connect(acceptor->local(), 2s, client_events.owner());
  const auto connected = [&] {
    return client_events.copy().opened == 1 && listener_events.copy().accepted.size() == 1;
  };
  if (!in.until(connected)) throw std::runtime_error("no connection");
  server = listener_events.copy().accepted.front().stream;
}

bytes pattern(std::size_t size, std::uint8_t seed) {
  bytes x(size);
  for (std::size_t i = 0; i < size; ++i) x[i] = static_cast<std::uint8_t>(i * 31 + i / 251 + seed);
  return x;
}

}  // namespace scalesmall
