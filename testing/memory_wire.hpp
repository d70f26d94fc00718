#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <scalesmall/testing/memory_network.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "net/rng.hpp"

namespace scalesmall::testing {

class memory_acceptor;
class memory_datagram;

/// What the parts of one memory_network share: its clock, what is on the way, and who is where.
/// Only for its sources.
struct memory_wire {
  using duration = memory_network::duration;
  using action = std::function<void()>;

  explicit memory_wire(std::uint64_t seed) : random(seed) {}

  void at(duration time, action what) { due.emplace(std::pair{time, ++actions}, std::move(what)); }
  void soon(action what) { at(now, std::move(what)); }

  /// Runs arrive at this time; but while the two nodes are cut it waits for heal(), and after
  /// stream_timeout without one give_up runs too.
  void carry(duration time, const net_id& from, const net_id& to, action arrive, action give_up) {
    at(time, [this, from, to, arrive = std::move(arrive), give_up = std::move(give_up)] {
      if (!is_cut(from, to)) return arrive();
      held.push_back(arrive);
      at(now + memory_network::stream_timeout, [this, give_up, then = heals] {
        if (heals == then) give_up();
      });
    });
  }

  /// How long the next thing takes to arrive.
  [[nodiscard]] duration delay() {
    const auto extra = faults.delay_max - faults.delay_min;
    return faults.delay_min +
           std::chrono::microseconds(random.between(0, static_cast<std::uint64_t>(extra.count())));
  }

  [[nodiscard]] bool is_cut(const net_id& a, const net_id& b) const {
    return cuts.contains(std::minmax(a, b));
  }

  [[nodiscard]] unsigned subnet(const net_id& node) const {
    const auto found = subnets.find(node);
    return found == subnets.end() ? 0 : found->second;
  }

  [[nodiscard]] std::uint16_t free_port() {
    return next_port == 0 ? next_port = 32'768 : next_port++;
  }

  rng random;
  duration now{0};
  std::map<std::pair<duration, std::uint64_t>, action> due;
  std::uint64_t actions = 0;

  wire_faults faults;
  std::map<net_id, unsigned> subnets;
  std::map<std::string, std::vector<ip_address>> names;
  std::set<net_id> deaf;
  std::set<net_id> without_multicast;
  std::set<net_id> refused;
  std::set<net_id> black_holes;
  std::set<std::pair<net_id, net_id>> cuts;
  std::vector<action> held;  ///< of streams that are cut, in order
  std::uint64_t heals = 0;

  std::uint16_t next_port = 32'768;
  std::map<net_id, std::weak_ptr<memory_acceptor>> listeners;
  std::vector<std::weak_ptr<memory_datagram>> members;
};

}  // namespace scalesmall::testing
