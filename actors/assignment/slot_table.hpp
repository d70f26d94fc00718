#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <scalesmall/net_id.hpp>
#include <scalesmall/time.hpp>
#include <set>
#include <utility>
#include <variant>
#include <vector>

namespace scalesmall {

/// What a node does with a slot.
enum class slot_stage : std::uint8_t {
  none,
  loading,    ///< the program was told to load it
  serving,    ///< the node claims that it serves it
  releasing,  ///< it serves, and asks the targets whether it may stop
  revoking,   ///< it serves; the program was told to pass on its last writes
};

/// What a node knows of others in one slot. Members are ascending.
struct slot_outlook {
  std::vector<net_id> targets;  ///< the members that are to serve it by this node's plan
  std::vector<net_id> owners;   ///< the other reachable members that claim to serve it
};

/// What a node is to do for its slots.
namespace slot_effects {

enum class claim : std::uint8_t { get, add, rmv };

/// Claims the slot: get while it loads, add while it serves, rmv when it has given it up.
struct claimed {
  std::uint32_t slot;
  claim what;
  friend bool operator==(const claimed&, const claimed&) = default;
};

/// The program is to load the slot, if possible from these members.
struct assigned {
  std::uint32_t slot;
  std::vector<net_id> from;
  friend bool operator==(const assigned&, const assigned&) = default;
};

/// The program is to pass its last writes to these members and to stop serving.
struct revoked {
  std::uint32_t slot;
  std::vector<net_id> to;
  friend bool operator==(const revoked&, const revoked&) = default;
};

/// The program has lost the slot: others may have changed the data. It is to stop at once.
struct lost {
  std::uint32_t slot;
  friend bool operator==(const lost&, const lost&) = default;
};

/// The member is to be asked whether this node may stop serving the slot.
struct release_question {
  std::uint32_t slot;
  net_id to;
  std::uint64_t number;  ///< its answer has the same
  friend bool operator==(const release_question&, const release_question&) = default;
};

}  // namespace slot_effects

using slot_effect =
    std::variant<slot_effects::claimed, slot_effects::assigned, slot_effects::revoked,
                 slot_effects::lost, slot_effects::release_question>;

/// The slots of one node, which it moves towards the plan. It takes up a slot before another gives
/// it up: a node stops serving only once all targets have promised to go on, each for longer than
/// the node needs. A node makes no such promise while it wants to stop itself. So two nodes whose
/// plans differ for a moment cannot both stop because of each other.
///
/// Not thread-safe.
class slot_table {
public:
  /// Slots that load at a time although others serve them.
  static constexpr std::size_t loading_max_least = 4;
  /// All targets must promise within this time, or they are asked anew after `again_after`.
  static constexpr std::chrono::seconds ask_for{5};
  static constexpr std::chrono::seconds again_after{1};
  /// The program has this time to give a slot up.
  static constexpr std::chrono::seconds revoke_for{10};
  /// A promise holds for so long, or until the claim of the member that asked is gone.
  static constexpr std::chrono::seconds promise_for{30};
  static_assert(promise_for > ask_for + revoke_for);
  /// A slot that the program could not load is tried again after the first, and at most the last.
  static constexpr std::chrono::seconds retry_first{1};
  static constexpr std::chrono::seconds retry_last{60};

  /// @param life such as the node's incarnation: questions of former lives have other numbers, so
  /// that late answers to them do not count
  slot_table(const net_id& self, std::uint32_t replicas, std::uint32_t life)
      : self_(self), replicas_(replicas), last_number_(std::uint64_t{life} << 32) {}

  /// What the plan gives this node: an eighth of it may load at a time.
  void set_share(std::size_t slots) noexcept { share_ = slots; }
  /// A node that leaves the plan may stop serving although too few targets are left.
  void set_draining(bool yes) noexcept { draining_ = yes; }

  /// Does what is due for a slot. To be called when its outlook changes, and at next_due().
  void look(std::uint32_t slot, const slot_outlook& x, time_point now);

  /// The program has loaded the slot; it could not; it has given the slot up. False, and nothing
  /// happens, if this was not asked of it.
  bool ready(std::uint32_t slot);
  bool failed(std::uint32_t slot, time_point now);
  bool released(std::uint32_t slot);

  /// Whether another member may stop serving the slot. If so, this node goes on.
  [[nodiscard]] bool asked(std::uint32_t slot, const net_id& by, const slot_outlook& x,
                           time_point now);

  /// A member answered a question. Any other answer is ignored.
  void answered(std::uint32_t slot, const net_id& by, std::uint64_t number, bool granted,
                time_point now);

  /// This node was hidden from others, or stood still, for so long that they may have taken over.
  /// It gives up the slot if others serve it.
  void fence(std::uint32_t slot, const slot_outlook& x);

  /// The same whether others serve it or not, and if it loads.
  void lose(std::uint32_t slot);

  /// This node claims the slot since a former life of its owner. To be called before all else.
  void resume(std::uint32_t slot) { slots_[slot].stage = slot_stage::serving; }

  [[nodiscard]] slot_stage stage(std::uint32_t slot) const;
  [[nodiscard]] std::size_t loading() const noexcept { return loading_; }
  /// The slots that load or are served, ascending.
  [[nodiscard]] std::vector<std::uint32_t> held() const;

  /// The slots that look() is due for by now.
  [[nodiscard]] std::vector<std::uint32_t> due(time_point now) const;
  /// When it is due for one; nothing if there is nothing to wait for.
  [[nodiscard]] std::optional<time_point> next_due() const;

  [[nodiscard]] std::vector<slot_effect> take() { return std::exchange(out_, {}); }

private:
  struct state {
    slot_stage stage = slot_stage::none;
    std::optional<time_point> due = {};       // of this stage; for none: not before
    std::chrono::seconds retry{retry_first};  // after the next failure to load
    time_point asked_at{};
    std::uint64_t number = 0;                    // of the questions that are open
    std::vector<net_id> asked = {};              // ascending
    std::vector<net_id> granted = {};            // ascending
    std::map<net_id, time_point> promises = {};  // to members that asked: until when
  };

  void look_at_none(std::uint32_t slot, state& s, const slot_outlook& x, time_point now);
  void look_at_serving(std::uint32_t slot, state& s, const slot_outlook& x, time_point now);
  void look_at_releasing(std::uint32_t slot, state& s, const slot_outlook& x, time_point now);
  void give_up(std::uint32_t slot, state& s);
  void end_loading();
  [[nodiscard]] bool is_target(const slot_outlook& x) const;
  [[nodiscard]] bool may_stop(const slot_outlook& x) const;

  net_id self_;
  std::uint32_t replicas_;
  std::size_t share_ = 0;
  bool draining_ = false;
  std::size_t loading_ = 0;
  std::uint64_t last_number_;
  std::set<std::uint32_t> waiting_;  // slots that wait until fewer load
  std::map<std::uint32_t, state> slots_;
  std::vector<slot_effect> out_;
};

}  // namespace scalesmall
