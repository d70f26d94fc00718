#pragma once

#include <scalesmall/reachability.hpp>
#include <scalesmall/time.hpp>
#include <vector>

#include "actors/liveness/verdict.hpp"

namespace scalesmall {

/// The verdict in the words of the public interface. A member that stood in the former table keeps
/// the time from there, so a new liveness_core does not begin anew.
[[nodiscard]] reachability_table table_of(const verdict& x, bool isolated,
                                          const reachability_table& former, time_point now);

/// The members that became unreachable between two tables, or are no longer.
struct reach_changes {
  std::vector<member_reachability> unreachable = {};
  std::vector<net_id> reachable = {};
};

[[nodiscard]] reach_changes changes_between(const reachability_table& before,
                                            const reachability_table& after);

}  // namespace scalesmall
