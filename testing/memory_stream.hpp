#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "testing/memory_port.hpp"

namespace scalesmall::testing {

/// One end of a stream in memory. Only for the sources of memory_network.
class memory_stream final : public memory_port<stream_port> {
public:
  memory_stream(std::shared_ptr<memory_wire> wire, net_id host, net_id remote);

  /// Begins to connect to the remote address. To be called once.
  void connect(std::chrono::milliseconds timeout, port_owner owner);

  [[nodiscard]] std::size_t send(bytes data) override;
  [[nodiscard]] net_id remote() const override { return remote_; }

private:
  using peer_action = std::function<void(memory_stream&)>;

  std::optional<port_event> next_free_event() override;
  std::optional<port_event> next_input() override;
  void shut() override;
  void reach();
  void transmit();
  void transmit_more();
  void carry(peer_action what);
  [[nodiscard]] memory_wire::action at_peer(peer_action what) const;
  [[nodiscard]] std::shared_ptr<memory_stream> self();

  net_id remote_;
  std::weak_ptr<memory_stream> peer_;
  net_id peer_host_;
  bool ready_ = true;  ///< false while connecting
  bool tell_opened_ = false;

  std::deque<bytes> out_;   ///< bytes for which the peer's buffer has no room
  std::size_t unsent_ = 0;  ///< size of out_ in bytes
  std::size_t tell_sent_ = 0;
  memory_wire::duration last_arrival_{0};  ///< of the bytes sent to the peer

  bytes in_;
  std::size_t in_offset_ = 0;  ///< bytes of in_ that are read
  std::size_t buffered_ = 0;   ///< bytes of in_ and bytes on their way to it
  std::optional<port_event> peer_end_;
};

}  // namespace scalesmall::testing
