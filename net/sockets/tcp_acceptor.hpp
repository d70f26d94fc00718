#pragma once

#include <chrono>
#include <memory>
#include <system_error>

#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include "net/sockets/io_port.hpp"

namespace scalesmall {

/// An acceptor_port over a TCP socket. It never ends by itself: whatever fails is tried again. It
/// looks now and then whether this machine has its address. Only for the sources of the Asio ports.
class tcp_acceptor final : public io_port<acceptor_port> {
public:
  /// Binds the socket and listens. Throws std::system_error.
  tcp_acceptor(std::shared_ptr<io_state> io, const net_id& local);

  [[nodiscard]] net_id local() const override { return local_; }

private:
  /// Listens there, in place of the socket before, unless it throws std::system_error.
  /// @param link  index of the interface of a link-local address, otherwise 0
  void open(const net_id& local, unsigned link);
  void wait_for_input() override;
  void close_socket() override;
  void on_exception(std::error_code why) override { try_later(why); }
  /// Accepts what waits. Returns the error that prevented it, most likely a lack of descriptors or
  /// memory.
  [[nodiscard]] std::error_code accept();
  void try_later(std::error_code why);
  void check_address_later();
  void check_address();
  /// A socket of a link-local address stays with its interface, even after another one has its name
  /// and address.
  void follow_link();

  asio::ip::tcp::acceptor acceptor_;
  asio::steady_timer retry_;
  asio::steady_timer check_;
  bool checking_ = false;
  bool has_address_ = true;
  unsigned link_ = 0;  ///< as for open()
  std::chrono::milliseconds back_off_;
  net_id local_;
};

}  // namespace scalesmall
