#include "net/sockets/tcp_acceptor.hpp"

#include <algorithm>
#include <utility>

#include "messages/host_address.hpp"
#include "net/closing_handle.hpp"
#include "net/sockets/endpoint.hpp"
#include "net/sockets/interface_index.hpp"
#include "net/sockets/machine_has.hpp"
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

// A socket does not tell that its address has gone.
constexpr auto address_check = 2s;

}  // namespace

tcp_acceptor::tcp_acceptor(std::shared_ptr<io_state> io, const net_id& local)
    : io_port(std::move(io)),
      acceptor_(io_->context),
      retry_(io_->context),
      check_(io_->context),
      back_off_(back_off_min) {
  open(local, needs_interface(local.address) ? interface_index(local.address).value_or(0) : 0);
  local_ = from_asio(acceptor_.local_endpoint());
}

void tcp_acceptor::open(const net_id& local, unsigned link) {
  const auto at = to_asio<tcp>(local, link);
  tcp::acceptor opened{io_->context, at.protocol()};
  // A restarted node gets its port back although connections of its former life linger.
  opened.set_option(tcp::acceptor::reuse_address(true));
  opened.bind(at);
  opened.listen();
  opened.non_blocking(true);
  acceptor_ = std::move(opened);
  link_ = link;
  if (link != 0) io_->link = link;
}

void tcp_acceptor::wait_for_input() {
  if (!std::exchange(checking_, true)) check_address_later();
  reading_ = true;
  acceptor_.async_wait(tcp::acceptor::wait_read,
                       guarded<tcp_acceptor>([](tcp_acceptor& self, std::error_code code) {
                         if (code == asio::error::operation_aborted) return;  // follow_link
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
  retry_.async_wait(guarded<tcp_acceptor>([](tcp_acceptor& self, std::error_code code) {
    if (code) return;
    self.reading_ = false;
    if (self.wants_input()) self.wait_for_input();
  }));
  deliver(port_trouble{why});
}

void tcp_acceptor::check_address_later() {
  check_.expires_after(address_check);
  check_.async_wait(guarded<tcp_acceptor>([](tcp_acceptor& self, std::error_code code) {
    if (code) return;
    self.check_address_later();
    if (needs_interface(self.local_.address)) self.follow_link();
    self.check_address();
  }));
}

void tcp_acceptor::follow_link() {
  const auto now = interface_index(local_.address).value_or(0);
  if (now == 0 || now == link_) return;
  open(local_, now);
  retry_.cancel();
  reading_ = false;
  if (wants_input()) wait_for_input();
}

void tcp_acceptor::check_address() {
  const auto has = machine_has(local_.address, link_);
  if (!has || std::exchange(has_address_, *has) == *has) return;
  if (*has) return deliver(port_recovered{});
  deliver(port_trouble{std::make_error_code(std::errc::address_not_available)});
}

void tcp_acceptor::close_socket() {
  std::error_code ignored;
  acceptor_.close(ignored);
  retry_.cancel();
  check_.cancel();
}

}  // namespace scalesmall
