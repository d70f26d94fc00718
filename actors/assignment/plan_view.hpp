#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <scalesmall/net_id.hpp>
#include <scalesmall/serve_options.hpp>
#include <scalesmall/time.hpp>
#include <span>
#include <vector>

#include "actors/assignment/slot_plan.hpp"

namespace scalesmall {

/// A member of the group of a plan, as the topology and the verdict show it at one moment.
struct sighted_member {
  net_id id;
  std::uint32_t incarnation = 0;
  std::optional<plan_member> planned = {};  ///< as it claims; nothing: it takes no part
  bool reachable = true;
  bool joined = true;  ///< a member of the group, if it does not take part
};

/// Which members a node plans with. A member that goes without having taken its claim back, or
/// restarts, keeps its place for a while. So what others serve moves neither for a restart nor for
/// a suspicion.
///
/// Not thread-safe.
class plan_view {
public:
  /// So many times the patience if many are gone, since that is an incident rather than a failure.
  static constexpr int patience_in_incident = 6;
  /// Many: so many members at least, and more than a third of all.
  static constexpr std::size_t incident_min = 3;

  explicit plan_view(const assignment_timing& timing) : timing_(timing) {}

  /// @param all ascending: all that are known in the group of the plan
  /// @param suspects whether some are suspect
  void look(std::span<const sighted_member> all, bool suspects, time_point now);

  /// Those that are gone lose their place at once, by decision of a person.
  void take_over();

  /// Forgets what is settled: until the members have been the same for a while nobody owns
  /// anything.
  void start_over(time_point now);

  /// The members to plan with, ascending; those that are gone for a while, too.
  [[nodiscard]] const std::vector<plan_member>& settled() const noexcept { return settled_; }
  /// The reachable members that take part, ascending.
  [[nodiscard]] const std::vector<plan_member>& present() const noexcept { return present_; }
  /// 1, or patience_in_incident.
  [[nodiscard]] int patience() const noexcept { return patience_; }
  /// When look() is due although nothing has happened; nothing if there is nothing to wait for.
  [[nodiscard]] std::optional<time_point> next_due() const noexcept { return next_due_; }

private:
  struct known {
    plan_member what;
    std::uint32_t incarnation = 0;
    std::optional<time_point> gone = {};  // since when
    bool out = false;                     // gone for too long
    bool sighted = false;
  };

  void note(const sighted_member& x, time_point now);
  [[nodiscard]] std::vector<plan_member> wanted(time_point now);
  void settle(bool suspects, time_point now);

  assignment_timing timing_;
  std::map<net_id, known> known_;
  std::vector<plan_member> present_;
  std::vector<plan_member> wanted_;
  std::vector<plan_member> settled_;
  time_point changed_{};
  std::optional<time_point> unsettled_since_;
  bool at_once_ = false;
  int patience_ = 1;
  std::optional<time_point> next_due_;
};

}  // namespace scalesmall
