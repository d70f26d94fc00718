#pragma once

#include <scalesmall/group_event.hpp>
#include <vector>

#include "actors/topology/group_state.hpp"

namespace scalesmall {

/// The events that turn one state of a group into another. They ascend by member, those of one
/// member by its clock. Changes that were undone between the two states are not seen. A row that
/// both states share costs one comparison of pointers, and a search while members are unreachable.
[[nodiscard]] std::vector<group_event> group_changes(const group_state& before,
                                                     const group_state& after);

}  // namespace scalesmall
