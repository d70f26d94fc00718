#pragma once

#include <vector>

namespace scalesmall {

/// The newest probes of one member.
struct probe_outcomes {
  unsigned missed = 0;
  unsigned sent = 0;  ///< at least one

  friend bool operator==(const probe_outcomes&, const probe_outcomes&) = default;
};

/// The part, 0..1, of the probes that are lost on the way: that of the better half of the members,
/// taken together, and two standard errors more. Members that have ended are in the other half,
/// even if many have ended at once. 0 if there are no members.
[[nodiscard]] double probe_loss(std::vector<probe_outcomes> of_members);

}  // namespace scalesmall
