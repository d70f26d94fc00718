#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include "net/sockets/io_port.hpp"

namespace scalesmall {

/// A stream_port over a TCP socket. Only for the sources of the Asio ports.
class tcp_stream final : public io_port<stream_port> {
public:
  tcp_stream(std::shared_ptr<io_state> io, net_id remote);

  /// Begins to connect to the remote address. To be called once, and not with adopt().
  void connect(std::chrono::milliseconds timeout, port_owner owner, const ip_address& from = {});

  /// Takes over a connected socket. To be called once, and not with connect().
  void adopt(asio::ip::tcp::socket socket);

  [[nodiscard]] std::size_t send(bytes data) override;
  [[nodiscard]] net_id remote() const override { return remote_; }

private:
  void wait_for_input() override;
  void close_socket() override;
  void set_options();
  void bind_to(const ip_address& from);
  void connected(std::error_code error);
  void read();
  /// Writes as much as the system takes; returns how many bytes that were.
  std::size_t write();

  /// Whether the socket is of an interface that has been replaced since. Nothing of it arrives.
  [[nodiscard]] bool is_of_former_link() const;
  [[nodiscard]] bool is_stalled();

  const net_id remote_;
  asio::ip::tcp::socket socket_;
  std::optional<asio::steady_timer> deadline_;  ///< only while connecting
  unsigned link_ = 0;  ///< of a link-local peer: the interface when the socket was made
  std::vector<bytes> out_;
  std::size_t out_offset_ = 0;  ///< bytes of out_.front() that are sent already
  std::size_t unsent_ = 0;      ///< bytes of out_ that are not sent yet
  bool writing_ = false;        ///< waits until the socket takes more
};

}  // namespace scalesmall
