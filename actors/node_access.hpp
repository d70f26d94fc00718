#pragma once

#include <functional>
#include <memory>
#include <scalesmall/node.hpp>

#include "actors/log_listeners.hpp"

namespace scalesmall {

class tree_reports;

struct node_context;

/// Something that lives in a node without the node knowing what it is. It ends with the node.
class node_part {
public:
  node_part() = default;
  node_part(const node_part&) = delete;
  node_part& operator=(const node_part&) = delete;
  virtual ~node_part() = default;

  /// The node stops. A second call does nothing.
  virtual void close() = 0;
};

/// What tests and optional parts of this library need of a node, and programs do not. Any thread.
class node_access {
public:
  /// As node::start, but without waiting until the actors run: for tests on virtual time.
  [[nodiscard]] static result<std::unique_ptr<node>, node_error> launch(
      caf::actor_system& system, const node_config& config, node_environment environment = {});

  /// Begins to stop the node without waiting for the end: for tests on virtual time.
  static void request_stop(node& host);

  [[nodiscard]] static const node_context& context(const node& host);
  /// What its supervisors report; lives as long as the node.
  [[nodiscard]] static tree_reports& reports(const node& host);
  /// The lines of its log, also those that the program leaves out; lives as long as the node.
  [[nodiscard]] static log_listeners& log_lines(const node& host);
  [[nodiscard]] static caf::actor_system& system(const node& host);

  /// The part of this node, which the first call makes.
  [[nodiscard]] static std::shared_ptr<node_part> part(
      const node& host, const std::function<std::shared_ptr<node_part>()>& make);
};

}  // namespace scalesmall
