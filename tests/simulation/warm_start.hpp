#pragma once

#include <cstddef>
#include <string>

#include "tests/simulation/cluster.hpp"

namespace scalesmall::simulation {

/// Starts all nodes as if they had known each other for long: all have reached each other, and the
/// first `members` have joined the group, which all know.
void warm_start(cluster& all, const std::string& group, std::size_t members);

}  // namespace scalesmall::simulation
