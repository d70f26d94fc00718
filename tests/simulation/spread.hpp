#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/simulation/cluster.hpp"

namespace scalesmall::simulation {

/// How changes spread: for each change, the times after which the other nodes that were up knew it.
struct spread {
  std::vector<duration> times;  ///< ascending, of all changes together
  std::size_t never = 0;  ///< how many times a node did not learn of a change within the limit
  unsigned rounds = 0;    ///< the most that a change took; see stream_message

  /// In how long this part (0..1) of all nodes knew, of all changes together: with 20 changes among
  /// 1,000 nodes, 0.9999 leaves two out. duration::max() if fewer ever knew.
  [[nodiscard]] duration until(double part) const;
};

/// Makes changes one after the other, each at a random node, in a group that all of them may join,
/// and follows each until all nodes know it or the limit is over.
[[nodiscard]] spread spread_changes(cluster& all, const std::string& group, std::size_t changes,
                                    duration limit);

}  // namespace scalesmall::simulation
