#pragma once

#include <memory>
#include <scalesmall/network.hpp>

#include "net/sockets/name_look_ups.hpp"

namespace scalesmall {

class io_thread;

/// The network of the operating system: real sockets on one I/O thread, which any number of these
/// objects may share. Its ports work for as long as that thread runs. Any thread.
class asio_network final : public network {
public:
  explicit asio_network(std::shared_ptr<io_thread> io);

  [[nodiscard]] result<std::shared_ptr<acceptor_port>, std::error_code> listen(
      const net_id& local) override;
  [[nodiscard]] std::shared_ptr<stream_port> connect(const net_id& to,
                                                     std::chrono::milliseconds timeout,
                                                     port_owner owner,
                                                     const ip_address& from = {}) override;
  [[nodiscard]] result<std::shared_ptr<datagram_port>, std::error_code> multicast(
      const multicast_options& options, port_owner owner) override;
  void resolve(const std::string& host, std::uint16_t port, name_owner owner) override;
  void post(std::function<void()> what) override;

private:
  std::shared_ptr<io_thread> io_;
  name_look_ups names_;
};

}  // namespace scalesmall
