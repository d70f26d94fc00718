#include "net/sockets/tcp_acceptor.hpp"

#include <algorithm>
#include <utility>

#include "messages/host_address.hpp"
#include "net/closing_handle.hpp"
#include "net/sockets/endpoint.hpp"
#include "net/sockets/interface_index.hpp"
#include "net/sockets/tcp_stream.hpp"

namespace scalesmall {

namespace {

using asio::ip::tcp;
using namespace std::chrono_literals;

constexpr auto back_off_min = 50ms;
constexpr auto back_off_max = 1000ms;

// Connections accepted per wake-up, so that a flood of them does not keep the thread from its other
// ports.
constexpr int accepts_in_a_row = 16;

}  // namespace

tcp_acceptor::tcp_acceptor(std::shared_ptr<io_state> io, const net_id& local)
    : io_port(std::move(io)),
      acceptor_(io_->context),
      retry_(io_->context),
      back_off_(back_off_min) {
  const bool of_link = !local.address.is_v4() && is_link_local(local.address);
  if (of_link) io_->link = interface_index(local.address).value_or(0);
  const auto at = to_asio<tcp>(local, of_link ? io_->link.load() : 0);
  acceptor_.open(at.protocol());
  // A restarted node gets its port back although connections of its former life linger.
  acceptor_.set_option(tcp::acceptor::reuse_address(true));
  acceptor_.bind(at);
  acceptor_.listen();
  acceptor_.non_blocking(true);
  local_ = from_asio(acceptor_.local_endpoint());
}

void tcp_acceptor::wait_for_input() {
  reading_ = true;
  acceptor_.async_wait(tcp::acceptor::wait_read,
                       guarded<tcp_acceptor>([](tcp_acceptor& self, std::error_code code) {
                         if (!code) code = self.accept();
                         if (code) return self.try_later(from_asio(code));
                         self.reading_ = false;
                         if (self.wants_input()) self.wait_for_input();
                       }));
}

std::error_code tcp_acceptor::accept() {
  for (int i = 0; i < accepts_in_a_row && wants_input(); ++i) {
    tcp::endpoint from;
    std::error_code error;
    auto socket = acceptor_.accept(from, error);
    if (error == asio::error::would_block) return {};
    if (error) return error;
    back_off_ = back_off_min;
    const auto remote = from_asio(from);
    const auto stream = std::make_shared<tcp_stream>(io_, remote);
    stream->adopt(std::move(socket));
    deliver(port_accepted{closing_handle<stream_port>(stream), remote});
  }
  return {};
}

void tcp_acceptor::try_later(std::error_code why) {
  if (!usable()) return;
  retry_.expires_after(back_off_);
  back_off_ = std::min<std::chrono::milliseconds>(back_off_ * 2, back_off_max);
  retry_.async_wait(guarded<tcp_acceptor>([](tcp_acceptor& self, std::error_code) {
    self.reading_ = false;
    if (self.wants_input()) self.wait_for_input();
  }));
  deliver(port_trouble{why});
}

void tcp_acceptor::close_socket() {
  std::error_code ignored;
  acceptor_.close(ignored);
  retry_.cancel();
}

}  // namespace scalesmall
