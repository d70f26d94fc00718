#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <scalesmall/counters.hpp>
#include <string>
#include <utility>
#include <vector>

#include "ops/metrics/process_figures.hpp"

namespace scalesmall {

/// What a node knows of one group, in numbers.
struct group_figures {
  std::string name;
  std::uint64_t members = 0;
  std::uint64_t claims = 0;
  double covered_ratio = 0;  ///< the share of all keys with a reachable owner
  std::uint64_t gaps = 0;
  std::uint64_t overlaps = 0;
  /// A hash of all claims, the same at all nodes that know the same; nothing if this node wants a
  /// part of the keys only.
  std::optional<std::uint64_t> digest = {};

  friend bool operator==(const group_figures&, const group_figures&) = default;
};

/// What a node tells in its metrics.
struct node_figures {
  std::string version;
  std::string compiler;
  std::string node;
  std::string cluster;
  bool ready = false;
  bool isolated = false;
  std::uint64_t peers_reachable = 0;
  std::uint64_t peers_suspect = 0;
  std::uint64_t peers_unreachable = 0;
  std::uint64_t groups_known = 0;
  std::uint64_t changes = 0;  ///< of any group
  std::vector<group_figures> groups = {};
  /// The path and the restarts of each actor.
  std::vector<std::pair<std::string, std::uint64_t>> restarts = {};
  process_figures process = {};
};

/// The groups of which the metrics tell: at most `most`, those of this node first.
[[nodiscard]] std::vector<std::string> groups_told(const std::vector<std::string>& mine,
                                                   const std::vector<std::string>& known,
                                                   std::size_t most);

/// The text of /metrics. The number of series is bounded: of groups beyond groups_told only the
/// number is told, and actors that come and go share a series. No series names a peer.
[[nodiscard]] std::string metrics_of(const node_figures& node, const counters& counts);

}  // namespace scalesmall
