#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <system_error>

#include <asio/ip/udp.hpp>
#include <asio/steady_timer.hpp>

#include "net/sockets/io_port.hpp"

namespace scalesmall {

/// A datagram_port over a UDP socket. Ends with std::errc::no_such_device when the interface is not
/// the one any more for which the socket was opened. Only for the sources of the Asio ports.
class multicast_port final : public io_port<datagram_port> {
public:
  /// Binds the socket and joins the group. Throws std::system_error.
  multicast_port(std::shared_ptr<io_state> io, const multicast_options& options);

  [[nodiscard]] std::error_code send(bytes_view datagram) override;

private:
  void wait_for_input() override;
  void close_socket() override;
  void read();
  void check_later();

  asio::ip::udp::socket socket_;
  asio::steady_timer check_;
  ip_address interface_;
  std::optional<unsigned> interface_index_;  ///< of the socket; nothing if unknown yet
  bool checking_ = false;
  asio::ip::udp::endpoint group_;
  std::size_t datagram_bytes_max_;
};

}  // namespace scalesmall
