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

/// State that the parts of one memory_network share: the clock, the events to come, and the nodes.
/// Only for the sources of memory_network.
struct memory_wire {
  using duration = memory_network::duration;
  using action = std::function<void()>;

  explicit memory_wire(std::uint64_t seed) : random(seed) {}

  /// Runs an action at this time; actions of one time run in the order of the calls.
  void at(duration time, action what) { due.emplace(std::pair{time, ++actions}, std::move(what)); }
  void soon(action what) { at(now, std::move(what)); }

  /// Runs `arrive` at this time. While the two nodes are cut it waits for heal(); if none comes
  /// within stream_timeout, `give_up` runs.
  void carry(duration time, const net_id& from, const net_id& to, action arrive, action give_up) {
    at(time, [this, from, to, arrive = std::move(arrive), give_up = std::move(give_up)] {
      if (!is_cut(from, to)) return arrive();
      held.push_back(arrive);
      at(now + memory_network::stream_timeout, [this, give_up, then = heals] {
        if (heals == then) give_up();
      });
    });
  }

  /// A random delay for the next thing that is sent.
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
  std::vector<action> held;  ///< of streams over a cut, in order
  std::uint64_t heals = 0;

  std::uint16_t next_port = 32'768;
  std::map<net_id, std::weak_ptr<memory_acceptor>> listeners;
  std::vector<std::weak_ptr<memory_datagram>> members;
};

}  // namespace scalesmall::testing
