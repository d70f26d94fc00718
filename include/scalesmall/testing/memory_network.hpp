#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <scalesmall/network.hpp>
#include <string>
#include <vector>

namespace scalesmall::testing {

struct memory_wire;

/// Faults that a memory_network injects. Streams are delayed and cut into chunks but lose nothing,
/// as with TCP.
struct wire_faults {
  double datagram_loss = 0;         ///< probability, per datagram and receiver
  double datagram_duplication = 0;  ///< probability, per datagram and receiver
  /// Everything that travels has a random delay from delay_min to delay_max. Datagrams overtake
  /// each other; streams keep their order.
  std::chrono::microseconds delay_min{0};
  std::chrono::microseconds delay_max{0};
  /// Below port_chunk_bytes_max, a port_data of a stream has a random size of 1 to this many bytes.
  std::size_t chunk_bytes_max = port_chunk_bytes_max;
};

/// A network in memory for tests, under a virtual clock and one seed. Its ports behave as those of
/// real sockets do. Events happen only in run_one(), run() and advance(), which call the owners.
/// For one thread only, ports included.
class memory_network {
public:
  using duration = std::chrono::nanoseconds;

  explicit memory_network(std::uint64_t seed = 1);
  memory_network(const memory_network&) = delete;
  memory_network& operator=(const memory_network&) = delete;

  /// The network as this node sees it. The functions below name the node by this id. It is the
  /// source of its datagrams, and its address is the source of its connections.
  [[nodiscard]] std::shared_ptr<network> host(const net_id& id);

  /// Delivers the first event that is due now; false if no event is due.
  bool run_one();

  /// Delivers all events that are due now, and those that these cause at once. Returns their
  /// number.
  std::size_t run();

  /// Lets this much time pass and delivers, in order, all events that become due. Returns their
  /// number.
  std::size_t advance(duration time);

  /// The virtual time since the beginning.
  [[nodiscard]] duration now() const;

  void set_faults(const wire_faults& faults);

  /// Nodes hear each other's multicast only within a subnet. All nodes begin in subnet 0.
  void set_subnet(const net_id& node, unsigned subnet);

  /// A deaf node hears no multicast but its own.
  void set_deaf(const net_id& node, bool deaf);

  /// A node without multicast cannot join a group: std::errc::network_unreachable.
  void set_multicast(const net_id& node, bool possible);

  /// Sets the addresses that resolve() finds for a host.
  void set_name(const std::string& host, std::vector<ip_address> addresses);

  /// Connections to this address are refused, or never answered, even if a node listens there.
  void refuse(const net_id& address);
  /// Connections to this address are never answered.
  void black_hole(const net_id& address);

  /// Ends refuse() and black_hole() for this address.
  void answer(const net_id& address);

  /// Cuts the connection between two nodes: connecting times out, datagrams vanish, streams stand
  /// still. A stream that waits for stream_timeout times out, unless heal() comes first.
  void cut(const net_id& a, const net_id& b);

  /// Ends all cuts; what streams carried meanwhile arrives.
  void heal();

  static constexpr duration stream_timeout = std::chrono::seconds(20);

private:
  std::shared_ptr<memory_wire> wire_;
};

}  // namespace scalesmall::testing
