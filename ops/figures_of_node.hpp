#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ops/metrics/node_metrics.hpp"

namespace scalesmall {

class node;
class node_control;
struct topology;

/// Collects the figures of a node. Asks no actor. Counts a group again only when it has changed.
/// Not thread-safe.
class figures_of_node {
public:
  [[nodiscard]] node_figures read(const node& host, const node_control& control);

private:
  struct counted {
    std::uint64_t version = 0;
    std::shared_ptr<const void> unreachable = {};  ///< whom the figures leave out
    group_figures figures = {};
  };

  const group_figures& figures_of(const topology& all, const std::string& group);

  std::map<std::string, counted> counted_;
};

}  // namespace scalesmall
