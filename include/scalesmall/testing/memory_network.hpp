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

/// What a memory_network does to what travels. Streams are delayed and sliced but lose nothing, as
/// TCP would have it.
struct wire_faults {
  double datagram_loss = 0;         ///< probability, per datagram and receiver
  double datagram_duplication = 0;  ///< probability, per datagram and receiver
  std::chrono::microseconds delay_min{0};
  /// Each datagram has a delay of its own, so that they overtake each other.
  std::chrono::microseconds delay_max{0};
  /// A port_data of a stream has 1 to this many bytes, by chance.
  std::size_t chunk_bytes_max = port_chunk_bytes_max;
};

/// A network in memory for tests, under a virtual clock and one seed. Its ports behave as those of
/// real sockets do. Nothing happens but in run_one(), run() and advance(), which call the owners.
/// One thread only, ports included.
class memory_network {
public:
  using duration = std::chrono::nanoseconds;

  explicit memory_network(std::uint64_t seed = 1);
  memory_network(const memory_network&) = delete;
  memory_network& operator=(const memory_network&) = delete;

  /// The network as one node sees it. The id names the node to the functions below; it should be
  /// the address where the node listens.
  [[nodiscard]] std::shared_ptr<network> host(const net_id& id);

  /// Delivers the first event that is due now; false if none is.
  bool run_one();

  /// Delivers all that is due now. Returns the number of events.
  std::size_t run();

  /// Lets this much time pass and delivers all that falls due, in order. Returns the number of
  /// events.
  std::size_t advance(duration time);

  /// The time since the beginning.
  [[nodiscard]] duration now() const;

  void set_faults(const wire_faults& faults);

  /// Nodes hear each other's multicast in the same subnet only; all begin in subnet 0.
  void set_subnet(const net_id& node, unsigned subnet);

  /// A deaf node hears no multicast but its own.
  void set_deaf(const net_id& node, bool deaf);

  /// A node without multicast cannot join a group: std::errc::network_unreachable.
  void set_multicast(const net_id& node, bool possible);

  /// The addresses that resolve() finds for a host name.
  void set_name(const std::string& host, std::vector<ip_address> addresses);

  /// Connections to this address are refused, although a node may listen there.
  void refuse(const net_id& address);
  /// Connections to this address are never answered.
  void black_hole(const net_id& address);
  /// Ends refuse() and black_hole().
  void answer(const net_id& address);

  /// Nothing passes between these two nodes until heal() ends all cuts: connecting times out,
  /// datagrams are lost, streams stand still and fail after stream_timeout.
  void cut(const net_id& a, const net_id& b);
  void heal();

  static constexpr duration stream_timeout = std::chrono::seconds(20);

private:
  std::shared_ptr<memory_wire> wire_;
};

}  // namespace scalesmall::testing
