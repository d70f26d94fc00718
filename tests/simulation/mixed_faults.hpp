#pragma once

#include <cstddef>

#include "tests/simulation/cluster.hpp"

namespace scalesmall::simulation {

/// Faults of all kinds and calls of all kinds, by the cluster's seed: partitions, one-way links,
/// loss, duplication, reordering, crashes with and without a new life, crash loops, failing actors,
/// stalls, stepping clocks, multicast that comes and goes. Among the calls are joins of a part of a
/// group, and program messages.
struct mixed_faults {
  duration time = std::chrono::seconds{5};
  std::size_t faults = 14;
  std::size_t calls = 40;
};

/// Starts all nodes, lets this happen to them, and ends all faults; nodes that crashed for good
/// stay down.
void run_mixed_faults(cluster& all, const mixed_faults& how);

}  // namespace scalesmall::simulation
