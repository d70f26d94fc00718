#pragma once

#include <memory>
#include <scalesmall/node.hpp>
#include <scalesmall/supervision/caf_version.hpp>

#include <caf/fwd.hpp>

namespace scalesmall {

/// A node with an actor system of its own, for programs that have no other use for one. Ends both
/// in the right order. Subscriptions and handlers of messages must end before it.
class runtime {
public:
  /// Starts the actor system and the node. Errors: those of node::start.
  [[nodiscard]] static result<runtime, node_error> start(const node_config& config,
                                                         node_environment environment = {});

  /// Stops the node, then the system, and waits for both. Does not leave the groups.
  ~runtime();
  runtime(runtime&& x) noexcept;
  runtime& operator=(runtime&& x) noexcept;

  [[nodiscard]] node& host() const noexcept;
  node* operator->() const noexcept { return &host(); }
  [[nodiscard]] caf::actor_system& system() const noexcept;

private:
  struct impl;

  explicit runtime(std::unique_ptr<impl> inside) noexcept;

  std::unique_ptr<impl> impl_;
};

}  // namespace scalesmall
