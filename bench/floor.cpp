#include "bench/floor.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/multicast.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <asio/read.hpp>
#include <asio/steady_timer.hpp>
#include <asio/write.hpp>

#include "bench/stopwatch.hpp"
#include "net/planning/broadcast_plan.hpp"

namespace scalesmall::bench {

namespace {

using asio::ip::tcp;
using asio::ip::udp;

constexpr int rounds = 200;
using frame = std::array<std::uint8_t, 200>;

template <class Round>
double median_ms(Round round) {
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) times.push_back(elapsed_ns(round) / 1e6);
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

/// Nodes that forward frames over TCP connections which the constructor opens.
class tree {
public:
  explicit tree(std::size_t nodes) : rests_(nodes), plans_(nodes) {
    for (std::size_t i = 1; i < nodes; ++i) rests_[0].push_back({id(i)});
    connect_from(0);
  }

  void broadcast() {
    left_ = plans_.size() - 1;
    serve(0);
    while (left_ > 0) io_.run_one();
  }

private:
  struct link {
    tcp::socket out;
    tcp::socket in;
    frame buffer{};
  };

  static net_id id(std::size_t i) {
    return {ip_address::v4(10, 0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)),
            1};
  }
  static std::size_t index(const net_id& x) {
    return std::size_t{x.address.bytes[14]} << 8 | x.address.bytes[15];
  }

  void connect_from(std::size_t node) {
    for (const auto& next : plan_broadcast(id(node), rests_[node])) {
      const auto to = index(next.target);
      for (const auto& x : next.rest) rests_[to].push_back({x});
      tcp::acceptor acceptor{io_, {asio::ip::address_v4::loopback(), 0}};
      auto made = std::make_unique<link>(link{tcp::socket{io_}, tcp::socket{io_}});
      made->out.connect(acceptor.local_endpoint());
      acceptor.accept(made->in);
      made->out.set_option(tcp::no_delay{true});
      wait(*made, to);
      plans_[node].push_back(std::move(made));
      connect_from(to);
    }
  }

  void wait(link& x, std::size_t to) {
    asio::async_read(x.in, asio::buffer(x.buffer), [this, &x, to](std::error_code error, auto) {
      if (error) return;
      serve(to);
      --left_;
      wait(x, to);
    });
  }

  void serve(std::size_t node) {
    for (const auto& x : plans_[node]) asio::write(x->out, asio::buffer(message_));
  }

  asio::io_context io_{1};
  frame message_{};
  std::vector<std::vector<multicast_unit>> rests_;
  std::vector<std::vector<std::unique_ptr<link>>> plans_;
  std::size_t left_ = 0;
};

}  // namespace

double multicast_floor_ms(std::size_t nodes) {
  asio::io_context io{1};
  const auto loopback = asio::ip::address_v4::loopback();
  const udp::endpoint group{asio::ip::make_address_v4("239.192.7.9"), 29'124};
  std::size_t left = 0;
  std::vector<udp::socket> sockets;
  std::vector<frame> buffers(nodes);
  for (std::size_t i = 0; i < nodes; ++i) {
    auto& x = sockets.emplace_back(io, udp::v4());
    x.set_option(udp::socket::reuse_address{true});
    x.bind(group);
    x.set_option(asio::ip::multicast::join_group{group.address().to_v4(), loopback});
  }
  const auto wait = [&](auto& self, std::size_t i) -> void {
    sockets[i].async_receive(asio::buffer(buffers[i]), [&, i](std::error_code error, auto) {
      if (error) return;
      --left;
      self(self, i);
    });
  };
  for (std::size_t i = 0; i < nodes; ++i) wait(wait, i);
  udp::socket sender{io, udp::v4()};
  sender.set_option(asio::ip::multicast::outbound_interface{loopback});
  sender.set_option(asio::ip::multicast::enable_loopback{true});
  const frame message{};
  return median_ms([&] {
    left = nodes;
    sender.send_to(asio::buffer(message), group);
    while (left > 0) io.run_one();
  });
}

double tree_floor_ms(std::size_t nodes) {
  tree all{nodes};
  return median_ms([&] { all.broadcast(); });
}

double idle_floor_cpu_ms(std::size_t nodes) {
  constexpr std::chrono::seconds time{5};
  constexpr std::chrono::nanoseconds period = std::chrono::seconds{1};
  asio::io_context io{1};
  struct link {
    tcp::socket out;
    tcp::socket in;
    asio::steady_timer timer;
    frame buffer{};
  };
  std::vector<std::unique_ptr<link>> links;
  const frame message{};
  const auto send = [&](auto& self, link& x) -> void {
    x.timer.async_wait([&](std::error_code error) {
      if (error) return;
      asio::write(x.out, asio::buffer(message));
      x.timer.expires_after(period);
      self(self, x);
    });
  };
  const auto take = [](auto& self, link& x) -> void {
    asio::async_read(x.in, asio::buffer(x.buffer), [&](std::error_code error, auto) {
      if (!error) self(self, x);
    });
  };
  for (std::size_t i = 0; i < nodes; ++i) {
    tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), 0}};
    auto& x = *links.emplace_back(
        std::make_unique<link>(tcp::socket{io}, tcp::socket{io}, asio::steady_timer{io}));
    x.out.connect(acceptor.local_endpoint());
    acceptor.accept(x.in);
    x.out.set_option(tcp::no_delay{true});
    x.timer.expires_after(period * (2 * i + 1) / (2 * nodes));
    send(send, x);
    take(take, x);
  }
  const auto before = cpu_ms();
  io.run_for(time);
  return (cpu_ms() - before) / static_cast<double>(nodes) /
         std::chrono::duration<double>(time).count();
}

}  // namespace scalesmall::bench
