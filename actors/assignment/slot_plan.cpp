#include "actors/assignment/slot_plan.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "actors/assignment/fair_shares.hpp"
#include "actors/assignment/slot_cost.hpp"

namespace scalesmall {

namespace {

using number = slot_plan::number;

/// Shares are counted in parts of a slot.
constexpr std::uint64_t parts = 4'096;

/// Members on which a slot can fall, cheapest first, that are computed at once. More are rarely
/// looked at.
constexpr std::size_t candidates_at_once = 16;

struct candidate {
  std::uint64_t cost;
  std::uint32_t slot;
  number who;

  friend auto operator<=>(const candidate&, const candidate&) = default;
};

/// Which rules a pass keeps.
struct pass_rules {
  bool zones;
  bool caps;
};

/// Gives slots to members.
class distribution {
public:
  distribution(std::span<const plan_member> members, const plan_settings& settings)
      : members_(members),
        slots_(settings.slots),
        replicas_(std::min<std::size_t>(settings.replicas, members.size())),
        loads_(members.size()),
        caps_(members.size()),
        by_slot_(settings.slots) {
    for (const auto& x : members) costs_.emplace_back(x.id, slots_, x.capacity);
    divide();
  }

  void run() {
    pass({.zones = true, .caps = true});
    each_lacking([this](const candidate& x) { move_up(x); });
    pass({.zones = true, .caps = false});
    pass({.zones = false, .caps = true});
    pass({.zones = false, .caps = false});
  }

  [[nodiscard]] const std::vector<std::uint32_t>& loads() const noexcept { return loads_; }
  [[nodiscard]] const std::vector<std::uint32_t>& caps() const noexcept { return caps_; }
  [[nodiscard]] std::size_t replicas() const noexcept { return replicas_; }

  /// The owners of a slot, cheapest first.
  [[nodiscard]] std::vector<number> owners(std::uint32_t slot) const {
    auto all = by_slot_[slot].owners;
    std::ranges::sort(all, {}, [&](number x) { return std::pair{costs_[x].of(slot), x}; });
    return all;
  }

  [[nodiscard]] bool shares_zone(std::uint32_t slot) const {
    const auto& all = by_slot_[slot].owners;
    return std::ranges::any_of(all, [&](number x) {
      return std::ranges::count(all, zones_[x], [&](number y) { return zones_[y]; }) > 1;
    });
  }

private:
  struct slot_state {
    std::vector<number> owners = {};
    std::vector<candidate> cheapest = {};  // ascending: the first few, or all
    std::size_t next = 0;                  // of them in this pass
  };

  /// Finds zones and caps: the slots are divided first among zones, then within each.
  void divide() {
    std::map<std::pair<std::uint32_t, number>, std::vector<number>> by_zone;
    for (number x = 0; x < members_.size(); ++x)
      by_zone[{members_[x].zone, members_[x].zone == 0 ? x + 1 : 0}].push_back(x);
    if (by_zone.empty()) return;
    zone_max_ = (replicas_ + by_zone.size() - 1) / by_zone.size();
    zones_.resize(members_.size());
    std::vector<shareholder> zones;
    for (const auto& [zone, inside] : by_zone) {
      std::uint64_t weight = 0;
      for (const auto x : inside) {
        weight += members_[x].capacity;
        zones_[x] = static_cast<std::uint32_t>(zones.size());
      }
      zones.push_back({weight, std::min(zone_max_, inside.size()) * slots_ * parts});
    }
    const auto of_zones = fair_shares(zones, replicas_ * slots_ * parts);
    auto of_zone = of_zones.begin();
    for (const auto& [zone, inside] : by_zone) {
      std::vector<shareholder> all;
      for (const auto x : inside) all.push_back({members_[x].capacity, slots_ * parts});
      const auto shares = fair_shares(all, *of_zone++);
      for (std::size_t i = 0; i < inside.size(); ++i)
        caps_[inside[i]] =
            static_cast<std::uint32_t>((11 * shares[i] + 10 * parts - 1) / (10 * parts));
    }
  }

  void pass(pass_rules rules) {
    each_lacking([&](const candidate& x) {
      if (rules.caps && loads_[x.who] >= caps_[x.who]) return;
      if (rules.zones && !zone_allows(x.slot, x.who)) return;
      give(x);
    });
  }

  /// Calls f with each slot and each member, by ascending cost, if the slot lacks owners and the
  /// member does not own it by then.
  template <class F>
  void each_lacking(F f) {
    std::vector<candidate> heap;
    const auto push_next = [&](std::uint32_t slot) {
      if (const auto x = next_of(slot)) {
        heap.push_back(*x);
        std::ranges::push_heap(heap, std::greater{});
      }
    };
    for (std::uint32_t slot = 0; slot < slots_; ++slot) {
      by_slot_[slot].next = 0;
      push_next(slot);
    }
    while (!heap.empty()) {
      std::ranges::pop_heap(heap, std::greater{});
      const auto x = heap.back();
      heap.pop_back();
      if (lacks_owners(x.slot) && !owns(x.slot, x.who)) f(x);
      push_next(x.slot);
    }
  }

  /// The next member, by cost, for a slot that lacks owners.
  std::optional<candidate> next_of(std::uint32_t slot) {
    auto& x = by_slot_[slot];
    if (!lacks_owners(slot) || x.next == members_.size()) return std::nullopt;
    if (x.next == x.cheapest.size()) extend(x, slot);
    return x.cheapest[x.next++];
  }

  void extend(slot_state& x, std::uint32_t slot) {
    const auto wanted =
        std::min(members_.size(), x.cheapest.empty() ? candidates_at_once + replicas_ : 4 * x.next);
    all_of_slot_.clear();
    for (number who = 0; who < members_.size(); ++who)
      all_of_slot_.push_back({costs_[who].of(slot), slot, who});
    const auto end = all_of_slot_.begin() + static_cast<std::ptrdiff_t>(wanted);
    std::ranges::partial_sort(all_of_slot_, end);
    x.cheapest.assign(all_of_slot_.begin(), end);
  }

  /// Gives the slot to a member that takes it instead of another of its slots. A member with room
  /// that owns the first slot already gets that other slot. So a slot is served within the caps
  /// that only its owners have room for.
  void move_up(const candidate& x) {
    if (!zone_allows(x.slot, x.who)) return;
    std::optional<candidate> best;
    for (std::uint32_t slot = 0; slot < slots_; ++slot) {
      if (!owns(slot, x.who)) continue;
      for (number who = 0; who < members_.size(); ++who) {
        if (loads_[who] >= caps_[who] || owns(slot, who) || !zone_allows(slot, who, x.who))
          continue;
        const candidate found{costs_[who].of(slot), slot, who};
        if (!best || found < *best) best = found;
      }
    }
    if (!best) return;
    std::erase(by_slot_[best->slot].owners, x.who);
    --loads_[x.who];
    give(*best);
    give(x);
  }

  void give(const candidate& x) {
    by_slot_[x.slot].owners.push_back(x.who);
    ++loads_[x.who];
  }

  [[nodiscard]] bool lacks_owners(std::uint32_t slot) const {
    return by_slot_[slot].owners.size() < replicas_;
  }

  [[nodiscard]] bool owns(std::uint32_t slot, number who) const {
    return std::ranges::find(by_slot_[slot].owners, who) != by_slot_[slot].owners.end();
  }

  /// Whether one more owner may be in this member's zone, after another has gone.
  [[nodiscard]] bool zone_allows(std::uint32_t slot, number who,
                                 std::optional<number> gone = {}) const {
    const auto same = std::ranges::count_if(
        by_slot_[slot].owners, [&](number x) { return x != gone && zones_[x] == zones_[who]; });
    return static_cast<std::size_t>(same) < zone_max_;
  }

  std::span<const plan_member> members_;
  std::uint64_t slots_;
  std::size_t replicas_;
  std::vector<slot_cost> costs_;      // by member, as the next ones
  std::vector<std::uint32_t> zones_;  // numbered
  std::vector<std::uint32_t> loads_;
  std::vector<std::uint32_t> caps_;
  std::size_t zone_max_ = 0;  // owners of a slot in one zone
  std::vector<slot_state> by_slot_;
  std::vector<candidate> all_of_slot_;  // only while it is looked at
};

std::optional<plan_refused> fault_of(std::span<const plan_member> members,
                                     const plan_settings& settings) {
  const auto outside = [](std::string_view what, std::uint64_t value, std::uint64_t most) {
    return plan_refused{std::string{what} + " " + std::to_string(value) + ": not 1 to " +
                        std::to_string(most)};
  };
  if (settings.replicas < 1 || settings.replicas > plan_limits::replicas_max)
    return outside("replicas", settings.replicas, plan_limits::replicas_max);
  if (settings.slots < 1 || settings.slots > plan_limits::slots_max)
    return outside("slots", settings.slots, plan_limits::slots_max);
  if (!std::has_single_bit(settings.slots))
    return plan_refused{"slots " + std::to_string(settings.slots) + ": not a power of two"};
  if (members.size() > plan_limits::members_max)
    return plan_refused{std::to_string(members.size()) + " members: more than " +
                        std::to_string(plan_limits::members_max)};
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto& x = members[i];
    if (x.capacity < 1 || x.capacity > plan_limits::capacity_max)
      return outside("capacity of " + to_string(x.id), x.capacity, plan_limits::capacity_max);
    if (i > 0 && members[i - 1].id == x.id)
      return plan_refused{to_string(x.id) + " is there twice"};
  }
  return std::nullopt;
}

}  // namespace

result<slot_plan, plan_refused> slot_plan::make(std::vector<plan_member> members,
                                                const plan_settings& settings) {
  std::ranges::sort(members);
  if (auto refused = fault_of(members, settings)) return std::move(*refused);
  slot_plan plan;
  plan.members_ = std::move(members);
  plan.settings_ = settings;
  distribution all{plan.members_, settings};
  all.run();
  plan.width_ = all.replicas();
  for (std::uint32_t slot = 0; slot < settings.slots; ++slot) {
    const auto found = all.owners(slot);
    plan.owners_.insert(plan.owners_.end(), found.begin(), found.end());
    plan.sharing_ += std::size_t{all.shares_zone(slot)};
  }
  plan.loads_ = all.loads();
  plan.caps_ = all.caps();
  return plan;
}

key_range slot_plan::range_of(std::uint32_t slot) const noexcept {
  const std::uint64_t keys = (std::uint64_t{1} << 32) / settings_.slots;
  return {static_cast<std::uint32_t>(slot * keys),
          static_cast<std::uint32_t>((slot + 1) * keys - 1)};
}

std::uint32_t slot_plan::slot_of(std::uint32_t key) const noexcept {
  return static_cast<std::uint32_t>(std::uint64_t{key} * settings_.slots >> 32);
}

}  // namespace scalesmall
