#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include "net/sockets/io_port.hpp"

namespace scalesmall {

/// A stream_port over a TCP socket. Only for the sources of the asio ports.
class tcp_stream final : public io_port<stream_port> {
public:
  tcp_stream(std::shared_ptr<io_state> io, net_id remote);

  /// Begins to connect; once.
  void connect(std::chrono::milliseconds timeout, port_owner owner);

  /// Takes a socket that is connected; once.
  void adopt(asio::ip::tcp::socket socket);

  [[nodiscard]] std::size_t send(bytes data) override;
  [[nodiscard]] net_id remote() const override { return remote_; }

private:
  void wait_for_input() override;
  void close_socket() override;
  void set_options();
  void connected(std::error_code error);
  void read();
  std::size_t write();

  const net_id remote_;
  asio::ip::tcp::socket socket_;
  std::optional<asio::steady_timer> deadline_;  ///< only while connecting
  std::vector<bytes> out_;
  std::size_t out_offset_ = 0;  ///< of out_.front(), what is sent already
  std::size_t unsent_ = 0;
  bool writing_ = false;  ///< waits until the socket takes more
};

}  // namespace scalesmall
