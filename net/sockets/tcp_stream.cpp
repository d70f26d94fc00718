#include "net/sockets/tcp_stream.hpp"

#include <algorithm>
#include <array>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <span>
#include <utility>

#include <asio/buffer.hpp>

#include "messages/host_address.hpp"
#include "net/sockets/endpoint.hpp"

namespace scalesmall {

namespace {

using asio::ip::tcp;

// How long the peer's system may leave data unacknowledged, or its window shut, before the
// connection counts as dead. The default of the system is about a quarter of an hour.
constexpr int user_timeout_ms = 20'000;

// After so many retransmissions in a row, which take 3 s, the system waits for 3 s and more between
// two of them. A new connection to a peer that is back has an answer sooner.
constexpr int retransmissions_max = 4;

// Chunks read per wake-up, so that one busy peer does not keep the thread from the others.
constexpr int reads_in_a_row = 4;

// Asio gathers no more buffers into one system call.
constexpr std::size_t gathered_max = 64;

bool would_block(std::error_code x) {
  return x == asio::error::would_block || x == asio::error::interrupted;
}

}  // namespace

tcp_stream::tcp_stream(std::shared_ptr<io_state> io, net_id remote)
    : io_port(std::move(io)), remote_(remote), socket_(io_->context) {}

void tcp_stream::connect(std::chrono::milliseconds timeout, port_owner owner,
                         const ip_address& from) {
  const lock guard{mutex_};
  own(std::move(owner));
  ready_ = false;
  if (needs_interface(remote_.address)) link_ = io_->link;
  const auto to = to_asio<tcp>(remote_, link_);
  std::error_code error;
  socket_.open(to.protocol(), error);
  if (error) return end(port_error{from_asio(error)});
  set_options();
  bind_to(from);
  deadline_.emplace(io_->context, timeout);
  deadline_->async_wait(guarded<tcp_stream>([](tcp_stream& self, std::error_code code) {
    if (!code && !self.ready_) self.end(port_error{std::make_error_code(std::errc::timed_out)});
  }));
  socket_.async_connect(to, guarded<tcp_stream>([](tcp_stream& self, std::error_code code) {
                          self.connected(code);
                        }));
}

void tcp_stream::adopt(tcp::socket socket) {
  const lock guard{mutex_};
  if (needs_interface(remote_.address)) link_ = io_->link;
  socket_ = std::move(socket);
  set_options();
}

void tcp_stream::set_options() {
  // A connection works without these options, so errors are ignored.
  std::error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(tcp::no_delay(true), ignored);
  using user_timeout = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>;
  socket_.set_option(user_timeout(user_timeout_ms), ignored);
}

// The peer answers questions only to the address that they come from.
void tcp_stream::bind_to(const ip_address& from) {
  if (from == ip_address{} || from.is_v4() != remote_.address.is_v4()) return;
  std::error_code ignored;
  // Without this option each connection would take a port of its own, whatever its target.
  using no_port = asio::detail::socket_option::integer<IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT>;
  socket_.set_option(no_port(1), ignored);
  socket_.bind(to_asio<tcp>(net_id{from, 0}), ignored);
}

void tcp_stream::connected(std::error_code error) {
  deadline_.reset();
  // A connection to a free port of this host may connect to itself (RFC 9293, simultaneous open).
  std::error_code ignored;
  if (!error && socket_.local_endpoint(ignored) == socket_.remote_endpoint(ignored)) {
    error = std::make_error_code(std::errc::connection_refused);
  }
  if (error) return end(port_error{from_asio(error)});
  ready_ = true;
  deliver(port_opened{});
  if (!usable()) return;
  if (const auto sent = write(); sent > 0) deliver(port_sent{sent});
  if (wants_input() && !reading_) wait_for_input();
}

bool tcp_stream::is_of_former_link() const { return link_ != 0 && link_ != io_->link; }

// A peer that keeps its window shut acknowledges what arrives, and is not meant here.
bool tcp_stream::is_stalled() {
  tcp_info info{};
  socklen_t size = sizeof(info);
  return ready_ &&
         ::getsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
         info.tcpi_retransmits >= retransmissions_max;
}

std::size_t tcp_stream::send(bytes data) {
  const lock guard{mutex_};
  const auto size = data.size();
  if (!usable() || size == 0) return 0;
  if (is_of_former_link()) {
    end(port_error{std::make_error_code(std::errc::no_such_device)});
    return 0;
  }
  if (is_stalled()) {
    end(port_error{std::make_error_code(std::errc::timed_out)});
    return 0;
  }
  unsent_ += size;
  out_.push_back(std::move(data));
  const bool waits = !ready_ || writing_;
  if (!waits) write();
  if (unsent_ > limits::peer_queue_bytes_max) {
    end(port_error{std::make_error_code(std::errc::no_buffer_space)});
  }
  return waits || !usable() ? 0 : size - unsent_;
}

std::size_t tcp_stream::write() {
  const auto before = unsent_;
  std::error_code error;
  while (!out_.empty() && !error) {
    std::array<asio::const_buffer, gathered_max> buffers;
    const auto count = std::min(out_.size(), gathered_max);
    for (std::size_t i = 0; i < count; ++i) buffers[i] = asio::buffer(out_[i]);
    buffers[0] += out_offset_;
    const auto sent = socket_.write_some(std::span{buffers}.first(count), error);
    unsent_ -= sent;
    out_offset_ += sent;
    std::size_t done = 0;
    while (done < count && out_offset_ >= out_[done].size()) out_offset_ -= out_[done++].size();
    out_.erase(out_.begin(), out_.begin() + static_cast<std::ptrdiff_t>(done));
  }
  const auto sent = before - unsent_;
  if (would_block(error)) {
    writing_ = true;
    socket_.async_wait(tcp::socket::wait_write,
                       guarded<tcp_stream>([](tcp_stream& self, std::error_code code) {
                         self.writing_ = false;
                         if (code) return self.end(port_error{from_asio(code)});
                         if (const auto more = self.write(); more > 0)
                           self.deliver(port_sent{more});
                       }));
  } else if (error) {
    end(port_error{from_asio(error)});
  } else {
    out_ = {};
  }
  return sent;
}

void tcp_stream::wait_for_input() {
  reading_ = true;
  socket_.async_wait(tcp::socket::wait_read,
                     guarded<tcp_stream>([](tcp_stream& self, std::error_code code) {
                       if (code) return self.end(port_error{from_asio(code)});
                       self.read();
                       self.reading_ = false;
                       if (self.wants_input()) self.wait_for_input();
                     }));
}

void tcp_stream::read() {
  for (int i = 0; i < reads_in_a_row && wants_input(); ++i) {
    std::error_code error;
    const auto& buffer = io_->buffer;
    const auto size = socket_.read_some(asio::buffer(io_->buffer), error);
    if (would_block(error)) return;
    if (error == asio::error::eof) return end(port_closed{});
    if (error) return end(port_error{from_asio(error)});
    deliver(port_data{bytes(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size))});
    // Most likely nothing is left. If something is, the next wait ends at once.
    if (size < buffer.size()) return;
  }
}

void tcp_stream::close_socket() {
  std::error_code ignored;
  socket_.close(ignored);
  deadline_.reset();
  out_ = {};
  unsent_ = out_offset_ = 0;
}

}  // namespace scalesmall
