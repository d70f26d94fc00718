#include "actors/liveness/reachability.hpp"

#include <algorithm>

namespace scalesmall {

std::string_view to_string(reach_state x) noexcept {
  switch (x) {
    case reach_state::reachable:
      return "reachable";
    case reach_state::suspect:
      return "suspect";
    case reach_state::unreachable:
      return "unreachable";
  }
  return "unknown";
}

std::string_view to_string(reach_reason x) noexcept {
  switch (x) {
    case reach_reason::silent:
      return "silent";
    case reach_reason::refused:
      return "refused";
    case reach_reason::lasting:
      return "lasting";
    case reach_reason::own:
      return "own";
    case reach_reason::alone:
      return "alone";
  }
  return "unknown";
}

const member_reachability* reachability_table::find(const net_id& member) const {
  const auto found = std::ranges::lower_bound(members, member, {}, &member_reachability::member);
  return found != members.end() && found->member == member ? &*found : nullptr;
}

bool reachability_table::is_unreachable(const net_id& member) const {
  const auto* told = find(member);
  return told && told->state == reach_state::unreachable;
}

reachability_table table_of(const verdict& x, bool isolated, const reachability_table& former,
                            time_point now) {
  reachability_table table{{}, isolated, true};
  for (const auto& told : x) {
    const auto state = told.unreachable ? reach_state::unreachable : reach_state::suspect;
    const auto* known = former.find(told.member);
    const bool goes_on = known && known->state == state;
    table.members.push_back(
        {told.member, state, told.why, goes_on ? known->since : now, told.stated_by});
  }
  return table;
}

reach_changes changes_between(const reachability_table& before, const reachability_table& after) {
  reach_changes found;
  for (const auto& x : after.members) {
    if (x.state == reach_state::unreachable && !before.is_unreachable(x.member))
      found.unreachable.push_back(x);
  }
  for (const auto& x : before.members) {
    if (x.state == reach_state::unreachable && !after.is_unreachable(x.member))
      found.reachable.push_back(x.member);
  }
  return found;
}

}  // namespace scalesmall
