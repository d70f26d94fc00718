#pragma once

#include <vector>

#include "actors/topology/row_mark.hpp"
#include "messages/digest.hpp"

namespace scalesmall {

/// What a gossip changed in the topology.
struct merge_outcome {
  std::vector<row_mark> news;      ///< the rows that are newer here now
  std::vector<group_digest> gaps;  ///< what to ask the sender of the gossip for
};

}  // namespace scalesmall
