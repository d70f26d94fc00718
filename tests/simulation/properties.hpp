#pragma once

#include <string>
#include <vector>

#include "tests/simulation/cluster.hpp"

namespace scalesmall::simulation {

/// Properties of a cluster whose nodes all reach each other, some time after the last change and
/// the last fault. Each check returns what is wrong, one sentence a finding; nothing if all is
/// well.
using findings = std::vector<std::string>;

/// All nodes that are up know the same claims and clocks of every member in every group. A node
/// that is interested in a part of a group knows the same claims within it and the same members.
/// Removals are set aside: each node drops them by its own clock.
[[nodiscard]] findings check_agreement(const cluster& all);

/// Each node claims what its accepted calls say, no more and no less: no acknowledged change is
/// lost. Together with agreement, all other nodes know it, and no removal has come back.
[[nodiscard]] findings check_own_claims(const cluster& all);

/// No node holds claims of a former life of a node that is up, or of two lives of a node that is
/// down.
[[nodiscard]] findings check_incarnations(const cluster& all);

/// No node holds a removal; to be called when the grace time of all is over.
[[nodiscard]] findings check_no_removals(const cluster& all);

/// Each message has been handled, at least once, by each other member that its sender knew. To be
/// called of a cluster in which no node crashed, and no peer was out of reach for long.
[[nodiscard]] findings check_messages(const cluster& all);

/// All of these, but check_messages.
[[nodiscard]] findings check_all(const cluster& all);

}  // namespace scalesmall::simulation
