#include "net/sockets/asio_network.hpp"

#include <exception>
#include <utility>

#include <asio/post.hpp>

#include "net/closing_handle.hpp"
#include "net/sockets/io_state.hpp"
#include "net/sockets/io_thread.hpp"
#include "net/sockets/multicast_port.hpp"
#include "net/sockets/tcp_acceptor.hpp"
#include "net/sockets/tcp_stream.hpp"
#include "net/sockets/thrown_error.hpp"

namespace scalesmall {

asio_network::asio_network(std::shared_ptr<io_thread> io)
    : io_(std::move(io)), names_(io_->state()) {}

result<std::shared_ptr<acceptor_port>, std::error_code> asio_network::listen(const net_id& local) {
  try {
    return closing_handle<acceptor_port>(std::make_shared<tcp_acceptor>(io_->state(), local));
  } catch (const std::exception&) {
    return thrown_error();
  }
}

std::shared_ptr<stream_port> asio_network::connect(const net_id& to,
                                                   std::chrono::milliseconds timeout,
                                                   port_owner owner, const ip_address& from) {
  const auto port = std::make_shared<tcp_stream>(io_->state(), to);
  port->connect(timeout, std::move(owner), from);
  return closing_handle<stream_port>(port);
}

result<std::shared_ptr<datagram_port>, std::error_code> asio_network::multicast(
    const multicast_options& options, port_owner owner) {
  try {
    const auto port = std::make_shared<multicast_port>(io_->state(), options);
    port->own(std::move(owner));
    return closing_handle<datagram_port>(port);
  } catch (const std::exception&) {
    return thrown_error();
  }
}

void asio_network::resolve(const std::string& host, std::uint16_t port, name_owner owner) {
  names_.ask(host, port, std::move(owner));
}

void asio_network::post(std::function<void()> what) {
  asio::post(io_->state()->context, std::move(what));
}

std::shared_ptr<network> make_network() {
  return std::make_shared<asio_network>(std::make_shared<io_thread>());
}

}  // namespace scalesmall
