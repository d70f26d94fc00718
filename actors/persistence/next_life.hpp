#pragma once

#include <functional>
#include <memory>
#include <scalesmall/key_store.hpp>

#include "actors/persistence/start_plan.hpp"
#include "actors/persistence/state_text.hpp"

namespace scalesmall {

struct peer_memory;
struct topology;

/// Makes what a node leaves to its next life from what it knows. Any thread may use it, also when
/// the node is gone.
class next_life {
public:
  /// @param wall_clock  as node_environment::wall_clock
  next_life(net_id node, std::string cluster, std::shared_ptr<const key_store> keys,
            std::function<std::chrono::nanoseconds()> wall_clock);

  [[nodiscard]] own_state of(const topology& known) const;
  [[nodiscard]] peers_state of(const peer_memory& known) const;

  /// What the node is, for the decision at its start.
  [[nodiscard]] node_identity identity() const;

  [[nodiscard]] std::chrono::seconds now() const;

private:
  net_id node_;
  std::string machine_;
  std::string cluster_;
  std::shared_ptr<const key_store> keys_;
  std::function<std::chrono::nanoseconds()> wall_clock_;
};

}  // namespace scalesmall
