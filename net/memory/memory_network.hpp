#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <scalesmall/network.hpp>
#include <string>
#include <vector>

namespace scalesmall {

struct memory_wire;

/// What a memory_network does to what travels. Streams are delayed and sliced but lose nothing, as
/// TCP would have it.
struct wire_faults {
  double datagram_loss = 0;         ///< probability, per datagram and receiver
  double datagram_duplication = 0;  ///< probability, per datagram and receiver
  std::chrono::microseconds delay_min{0};
  std::chrono::microseconds delay_max{
      0};  ///< each datagram has its own, so that they overtake each other
  std::size_t chunk_bytes_max =
      port_chunk_bytes_max;  ///< a port_data of a stream has 1 to this many bytes, by chance
};

/// The twin of asio_network for tests: the same ports in memory, under a virtual clock and one
/// seed. Nothing happens but in run_one(), run() and advance(), which call the owners. For one
/// thread only, ports included.
class memory_network {
public:
  using duration = std::chrono::nanoseconds;

  explicit memory_network(std::uint64_t seed = 1);
  memory_network(const memory_network&) = delete;
  memory_network& operator=(const memory_network&) = delete;

  /// The network as this node sees it. The id names the node to the functions below; it is where
  /// the node listens if it is to be found by it.
  [[nodiscard]] std::shared_ptr<network> host(const net_id& id);

  /// Delivers the first event that is due now; false if none is.
  bool run_one();

  /// Delivers all that is due now; returns how many events that were.
  std::size_t run();

  /// Lets this much time pass and delivers all that falls due, in order; returns how many events
  /// that were.
  std::size_t advance(duration time);

  /// Since the beginning.
  [[nodiscard]] duration now() const;

  void set_faults(const wire_faults& faults);

  /// Nodes hear each other's multicast in the same subnet only; all begin in subnet 0.
  void set_subnet(const net_id& node, unsigned subnet);

  /// A deaf node hears no multicast but its own.
  void set_deaf(const net_id& node, bool deaf);

  /// A node without multicast cannot join a group: std::errc::network_unreachable.
  void set_multicast(const net_id& node, bool possible);

  /// What the name services know of a host.
  void set_name(const std::string& host, std::vector<ip_address> addresses);

  /// Connections to this address are refused, or never answered, although somebody may listen
  /// there.
  void refuse(const net_id& address);
  void black_hole(const net_id& address);
  void answer(const net_id& address);  ///< ends both

  /// Nothing passes between these two nodes: connecting times out, datagrams vanish, streams stand
  /// still and time out after stream_timeout unless heal() ends all cuts before.
  void cut(const net_id& a, const net_id& b);
  void heal();

  static constexpr duration stream_timeout = std::chrono::seconds(20);

private:
  std::shared_ptr<memory_wire> wire_;
};

}  // namespace scalesmall
