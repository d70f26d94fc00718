#include "net/sockets/multicast_port.hpp"

#include <system_error>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/ip/multicast.hpp>

#include "net/sockets/endpoint.hpp"
#include "net/sockets/interface_index.hpp"

namespace scalesmall {

namespace {

using asio::ip::udp;
namespace multicast = asio::ip::multicast;

// A burst of broadcasts of a whole group waits here while the thread is busy. The system may allow
// less.
constexpr int receive_buffer_bytes = 4 * 1024 * 1024;
constexpr int send_buffer_bytes = 1024 * 1024;

// Datagrams read per wake-up, so that a flood of them does not keep the thread from its other
// ports.
constexpr int datagrams_in_a_row = 32;

// A socket stays with the interface that it was opened for, even if another one takes its name and
// address. Sending may fail then or not, and nothing is heard any more.
constexpr std::chrono::seconds interface_check{2};

// The index of the interface; 0 for IPv4, which identifies interfaces by address. Throws
// std::system_error if the options are invalid or the interface does not exist.
unsigned checked_interface(const multicast_options& options) {
  if (!is_valid(options))
    throw std::system_error(std::make_error_code(std::errc::invalid_argument));
  if (options.interface.is_v4()) return 0;
  const auto index = interface_index(options.interface).value_or(0);
  if (index == 0) throw std::system_error(std::make_error_code(std::errc::no_such_device));
  return index;
}

}  // namespace

multicast_port::multicast_port(std::shared_ptr<io_state> io, const multicast_options& options)
    : io_port(std::move(io)),
      socket_(io_->context),
      check_(io_->context),
      interface_(options.interface),
      interface_index_(interface_index(options.interface)),
      datagram_bytes_max_(options.datagram_bytes_max) {
  const auto index = checked_interface(options);
  const auto address = to_asio(options.group.address, index);
  group_ = {address, options.group.port};
  socket_.open(group_.protocol());
  // So any number of sockets of this host may bind the same group, and each gets every datagram.
  socket_.set_option(udp::socket::reuse_address(true));
  // Bound to the group's address, so that datagrams sent elsewhere do not come in.
  socket_.bind(group_);
  std::error_code ignored;
  if (address.is_v4()) {
    const auto interface = to_asio(options.interface).to_v4();
    socket_.set_option(multicast::join_group(address.to_v4(), interface));
    socket_.set_option(multicast::outbound_interface(interface));
    // By default Linux also delivers datagrams for memberships of other sockets on other
    // interfaces.
    using multicast_all = asio::detail::socket_option::integer<IPPROTO_IP, IP_MULTICAST_ALL>;
    socket_.set_option(multicast_all(0), ignored);
  } else {
    socket_.set_option(multicast::join_group(address.to_v6(), index));
    socket_.set_option(multicast::outbound_interface(index));
  }
  socket_.set_option(multicast::hops(options.ttl));
  socket_.set_option(multicast::enable_loopback(true));
  socket_.set_option(udp::socket::receive_buffer_size(receive_buffer_bytes), ignored);
  socket_.set_option(udp::socket::send_buffer_size(send_buffer_bytes), ignored);
  socket_.non_blocking(true);
}

std::error_code multicast_port::send(bytes_view datagram) {
  const lock guard{mutex_};
  if (!usable()) return std::make_error_code(std::errc::not_connected);
  if (datagram.size() > datagram_bytes_max_) return std::make_error_code(std::errc::message_size);
  std::error_code error;
  socket_.send_to(asio::buffer(datagram.data(), datagram.size()), group_, 0, error);
  return from_asio(error);
}

void multicast_port::wait_for_input() {
  if (!std::exchange(checking_, true)) check_later();
  reading_ = true;
  socket_.async_wait(udp::socket::wait_read,
                     guarded<multicast_port>([](multicast_port& self, std::error_code code) {
                       if (code) return self.end(port_error{from_asio(code)});
                       self.read();
                       self.reading_ = false;
                       if (self.wants_input()) self.wait_for_input();
                     }));
}

void multicast_port::read() {
  for (int i = 0; i < datagrams_in_a_row && wants_input(); ++i) {
    std::error_code error;
    const auto& buffer = io_->buffer;
    udp::endpoint from;
    const auto size = socket_.receive_from(asio::buffer(io_->buffer), from, 0, error);
    if (error == asio::error::would_block || error == asio::error::interrupted) return;
    if (error) return end(port_error{from_asio(error)});
    deliver(port_data{bytes(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size)),
                      from_asio(from)});
  }
}

void multicast_port::check_later() {
  check_.expires_after(interface_check);
  check_.async_wait(guarded<multicast_port>([](multicast_port& self, std::error_code code) {
    if (code) return;
    const auto now = interface_index(self.interface_);
    if (!self.interface_index_) self.interface_index_ = now;
    if (now && *now != *self.interface_index_)
      return self.end(port_error{std::make_error_code(std::errc::no_such_device)});
    self.check_later();
  }));
}

void multicast_port::close_socket() {
  std::error_code ignored;
  check_.cancel();
  socket_.close(ignored);
}

}  // namespace scalesmall
