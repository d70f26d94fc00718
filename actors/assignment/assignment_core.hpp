#pragma once

#include <cstdint>
#include <optional>
#include <scalesmall/net_id.hpp>
#include <scalesmall/serve_options.hpp>
#include <scalesmall/time.hpp>
#include <set>
#include <vector>

#include "actors/assignment/plan_view.hpp"
#include "actors/assignment/slot_plan.hpp"
#include "actors/assignment/slot_table.hpp"

namespace scalesmall {

/// Which unreachable members claim to serve a slot.
enum class unreachable_owners : std::uint8_t {
  none,
  gone,    ///< only such as said that they stop, or whose hosts refuse connections
  silent,  ///< one that may still serve
};

/// What one node knows of a group at one moment, as far as it matters for its slots.
struct group_sight {
  std::vector<sighted_member> members = {};  ///< of the group of the plan, this node too; ascending
  /// By slot: the other reachable members that claim to serve it, ascending.
  std::vector<std::vector<net_id>> owners = {};
  std::vector<unreachable_owners> unreachable = {};  ///< by slot
  bool suspects = false;                             ///< some members are suspect
  bool isolated = false;                             ///< this node hears nobody
  bool outvoted = false;  ///< members with other settings have more capacity
  /// This node itself is held for unreachable; and may still be heard by some.
  unreachable_owners hidden = unreachable_owners::none;
};

/// What one node does for one group that it serves by plan: it decides when it takes part, which
/// plan counts, and moves its slots there.
///
/// Not thread-safe.
class assignment_core {
public:
  /// A node that serves looks so often whether it stood still, or four times as often as it has to.
  static constexpr std::chrono::seconds tick{1};
  /// A node that runs late for less than this did not stand still, however soon others take over.
  static constexpr std::chrono::milliseconds late_max{500};

  struct settings {
    net_id self;
    plan_settings plan;
    std::uint32_t expect = 0;
    assignment_timing timing = {};
    std::uint32_t life = 0;  ///< the node's incarnation
  };

  assignment_core(const settings& how, time_point now);

  /// This node claims these slots since a former life of its owner, and took part.
  void resume(const std::vector<std::uint32_t>& slots);

  /// What the node knows now; look() is due then.
  void see(group_sight what) { sight_ = std::move(what); }

  /// Gives up what is served if this node stood still for so long that others may have taken over.
  /// To be called before all that follows.
  /// @param boot a clock that goes on while the machine sleeps
  void wake(time_point now, time_point boot);

  /// Does what is due. To be called at next_due(), too.
  void look(time_point now);

  /// What the program answers; false, and nothing happens, if it was not asked that.
  bool ready(std::uint32_t slot) { return slot < how_.plan.slots && table_.ready(slot); }
  bool failed(std::uint32_t slot, time_point now) {
    return slot < how_.plan.slots && table_.failed(slot, now);
  }
  bool released(std::uint32_t slot) { return slot < how_.plan.slots && table_.released(slot); }

  /// As slot_table::asked and slot_table::answered.
  [[nodiscard]] bool asked(std::uint32_t slot, const net_id& by, time_point now);
  void answered(std::uint32_t slot, const net_id& by, std::uint64_t number, bool granted,
                time_point now);

  /// This node takes no part any more, and gives up all it serves once others have it.
  void drain();
  /// A person decides that those who are gone stay away. So even an isolated node takes over.
  void take_over() { told_to_ = taking_over_ = true; }

  /// Whether this node is to claim that it takes part.
  [[nodiscard]] bool takes_part() const noexcept { return inside_; }
  /// A node that stood still for so long gives up what it serves.
  [[nodiscard]] duration still_for() const;
  [[nodiscard]] bool is_draining() const noexcept { return draining_; }
  /// The slots that load or are served, ascending.
  [[nodiscard]] std::vector<std::uint32_t> held() const { return table_.held(); }
  [[nodiscard]] slot_stage stage(std::uint32_t slot) const { return table_.stage(slot); }

  [[nodiscard]] std::vector<slot_effect> take() { return table_.take(); }
  [[nodiscard]] std::optional<time_point> next_due() const;

private:
  /// A plan and the members that it was made for.
  struct made_plan {
    std::vector<plan_member> members = {};
    std::optional<slot_plan> plan = {};
  };

  void lose_all(time_point now);
  void decide_entry(time_point now);
  void fence_if_hidden(time_point now);
  void make_plans();
  void make(made_plan& x, const std::vector<plan_member>& members) const;
  void note_coverage(std::uint32_t slot, time_point now);
  [[nodiscard]] bool serves(std::uint32_t slot) const;
  [[nodiscard]] std::vector<net_id> targets(std::uint32_t slot) const;
  [[nodiscard]] slot_outlook outlook(std::uint32_t slot) const;
  void wait_until(time_point x);

  settings how_;
  time_point started_;
  plan_view view_;
  slot_table table_;
  group_sight sight_;
  bool inside_ = false;
  bool draining_ = false;
  std::set<net_id> met_;  // members of the plan's group, to know newcomers
  time_point newcomer_at_;
  std::optional<time_point> awake_at_;
  std::optional<duration> boot_ahead_;
  std::optional<time_point> hidden_since_;
  bool fenced_ = false;
  bool told_to_ = false;      // act although it is isolated
  bool taking_over_ = false;  // by the next look
  made_plan plan_;            // of the settled members
  made_plan instead_;         // of the reachable ones
  struct coverage_of_slot {
    bool had_owner = false;
    bool covering = false;  // instead_ counts
    bool mine = false;      // by the last look
    std::optional<time_point> uncovered_since = {};
  };
  std::vector<coverage_of_slot> slots_;
  std::optional<time_point> next_due_;
};

}  // namespace scalesmall
