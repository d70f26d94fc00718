#pragma once

#include <cstddef>
#include <cstdint>
#include <scalesmall/item.hpp>
#include <scalesmall/net_id.hpp>
#include <scalesmall/result.hpp>
#include <span>
#include <string>
#include <vector>

namespace scalesmall {

/// A member that takes part in the assignment of slots.
struct plan_member {
  net_id id;
  std::uint32_t zone = 0;      ///< key_of the zone's name; 0: it shares its zone with nobody
  std::uint32_t capacity = 1;  ///< what it takes, compared with others

  friend auto operator<=>(const plan_member&, const plan_member&) = default;
};

struct plan_settings {
  std::uint32_t replicas = 1;   ///< owners of each slot
  std::uint32_t slots = 1'024;  ///< a power of two; the keys are divided evenly among them

  friend bool operator==(const plan_settings&, const plan_settings&) = default;
};

namespace plan_limits {

inline constexpr std::uint32_t capacity_max = 65'535;
inline constexpr std::uint32_t replicas_max = 255;
inline constexpr std::uint32_t slots_max = 4'096;
inline constexpr std::size_t members_max = 4'096;

}  // namespace plan_limits

/// Why there is no plan, for people.
struct plan_refused {
  std::string text;

  friend bool operator==(const plan_refused&, const plan_refused&) = default;
};

/// Which members are to serve which slots. Immutable. Any thread.
class slot_plan {
public:
  using number = std::uint32_t;  ///< of a member: its place in members()

  /// The plan of these members: a function of its arguments alone, so all nodes that know the same
  /// members have the same plan. docs/assignment.md specifies it to the bit.
  ///
  /// - No member owns a slot twice.
  /// - The owners of a slot are in different zones if there are as many zones as replicas.
  /// - A member gets at most 1.10 times its fair share and one slot more, unless zones forbid it.
  /// - If a member joins, leaves or changes its capacity, little more moves than has to.
  ///
  /// @param members in any order
  /// @returns plan_refused if a setting or a capacity is out of bounds, if there are too many
  /// members, or if one is there twice
  [[nodiscard]] static result<slot_plan, plan_refused> make(std::vector<plan_member> members,
                                                            const plan_settings& settings);

  [[nodiscard]] std::span<const plan_member> members() const noexcept {
    return members_;
  }  ///< ascending
  [[nodiscard]] const plan_settings& settings() const noexcept { return settings_; }

  /// The owners of a slot, the primary first.
  [[nodiscard]] std::span<const number> owners(std::uint32_t slot) const {
    return std::span{owners_}.subspan(std::size_t{slot} * width_, width_);
  }

  /// By member: how many slots it owns.
  [[nodiscard]] const std::vector<std::uint32_t>& loads() const noexcept { return loads_; }
  /// By member: what it should not own more than.
  [[nodiscard]] const std::vector<std::uint32_t>& caps() const noexcept { return caps_; }

  /// Owners that each slot lacks, because there are fewer members than replicas.
  [[nodiscard]] std::uint32_t replicas_missing() const noexcept {
    return settings_.replicas - static_cast<std::uint32_t>(width_);
  }
  /// Slots with two owners in one zone, because there are fewer zones than replicas.
  [[nodiscard]] std::size_t slots_sharing_zones() const noexcept { return sharing_; }

  /// The keys of a slot, and the slot of a key.
  [[nodiscard]] key_range range_of(std::uint32_t slot) const noexcept;
  [[nodiscard]] std::uint32_t slot_of(std::uint32_t key) const noexcept;

private:
  slot_plan() = default;

  std::vector<plan_member> members_;
  plan_settings settings_;
  std::size_t width_ = 0;       // owners of each slot
  std::vector<number> owners_;  // slot by slot
  std::vector<std::uint32_t> loads_;
  std::vector<std::uint32_t> caps_;
  std::size_t sharing_ = 0;
};

}  // namespace scalesmall
