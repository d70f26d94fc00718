#include "actors/persistence/next_life.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "actors/peers/peer_table.hpp"
#include "actors/persistence/state_store.hpp"
#include "actors/topology/topology.hpp"

namespace scalesmall {

next_life::next_life(net_id node, std::string cluster, std::shared_ptr<const key_store> keys,
                     std::function<std::chrono::nanoseconds()> wall_clock)
    : node_(node),
      machine_(machine_fingerprint()),
      cluster_(std::move(cluster)),
      keys_(std::move(keys)),
      wall_clock_(std::move(wall_clock)) {}

own_state next_life::of(const topology& known) const {
  auto x = identity();
  return {x.node,
          std::move(x.machine),
          std::move(x.cluster),
          known.incarnation,
          now(),
          std::move(x.keys),
          known.kept ? *known.kept : kept_claims{}};
}

peers_state next_life::of(const peer_memory& known) const {
  peers_state x{cluster_, now(), known.reached, {}};
  std::ranges::set_difference(known.known, known.reached, std::back_inserter(x.heard));
  return x;
}

node_identity next_life::identity() const {
  node_identity x{node_, machine_, cluster_, {}};
  const auto ring = keys_->read();
  if (const auto& first = ring->primary()) x.keys.push_back(first->fingerprint());
  for (const auto& key : ring->keys()) {
    if (key != ring->primary()) x.keys.push_back(key->fingerprint());
  }
  return x;
}

std::chrono::seconds next_life::now() const {
  return std::chrono::floor<std::chrono::seconds>(wall_clock_());
}

}  // namespace scalesmall
