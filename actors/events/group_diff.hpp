#pragma once

#include <scalesmall/group_event.hpp>
#include <vector>

#include "actors/topology/group_state.hpp"

namespace scalesmall {

/// What happened to a group between two states of it: the events that make the one out of the
/// other, member by member ascending, those of one member by its clock. What came and went in
/// between is not seen. Rows that both share cost a comparison each.
[[nodiscard]] std::vector<group_event> group_changes(const group_state& before,
                                                     const group_state& after);

}  // namespace scalesmall
