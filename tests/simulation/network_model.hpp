#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <scalesmall/time.hpp>
#include <set>
#include <utility>
#include <vector>

#include "net/rng.hpp"

namespace scalesmall::simulation {

/// Random faults of each message on its way.
struct link_faults {
  double loss = 0;         ///< probability, per message and receiver
  double duplication = 0;  ///< probability, per message and receiver
  duration delay_min = std::chrono::microseconds{200};
  duration delay_max = std::chrono::milliseconds{1};  ///< each has its own: messages overtake
};

/// Which nodes reach each other, and how. Nodes are numbered from 0.
///
/// A stream needs both directions: where one is missing, connecting times out. A message of a
/// stream that is lost is lost silently, as if the connection had stalled.
class network_model {
public:
  explicit network_model(std::size_t nodes) : side_(nodes), subnet_(nodes, 0), deaf_(nodes) {}

  link_faults faults;

  /// Nodes on different sides do not reach each other; all begin on side 0.
  void set_side(std::size_t node, unsigned side) { side_[node] = side; }

  /// Nothing passes in this direction.
  void block(std::size_t from, std::size_t to) { blocked_.emplace(from, to); }

  /// In this direction so many messages are lost, whatever `faults` says. A negative number: as
  /// `faults` says.
  void set_loss(std::size_t from, std::size_t to, double loss);

  /// Ends all partitions, blocked directions and losses of single links.
  void heal();

  /// Multicast stays in its subnet; a node without one neither sends nor hears any.
  void set_subnet(std::size_t node, std::optional<unsigned> subnet) { subnet_[node] = subnet; }

  /// A deaf node sends multicast and hears none.
  void set_deaf(std::size_t node, bool deaf) { deaf_[node] = deaf; }

  [[nodiscard]] bool passes(std::size_t from, std::size_t to) const;
  [[nodiscard]] bool connects(std::size_t a, std::size_t b) const {
    return passes(a, b) && passes(b, a);
  }
  [[nodiscard]] bool carries_multicast(std::size_t from, std::size_t to) const;

  /// After which times the copies of one message come to its receiver: none, one or two.
  [[nodiscard]] std::vector<duration> arrivals(std::size_t from, std::size_t to, rng& random) const;

  /// How long one way takes.
  [[nodiscard]] duration delay(rng& random) const;

private:
  std::vector<unsigned> side_;
  std::vector<std::optional<unsigned>> subnet_;
  std::vector<bool> deaf_;
  std::set<std::pair<std::size_t, std::size_t>> blocked_;
  std::map<std::pair<std::size_t, std::size_t>, double> loss_;  // of single links
};

}  // namespace scalesmall::simulation
