#pragma once

#include <cstdint>
#include <optional>
#include <scalesmall/bytes.hpp>
#include <scalesmall/range_owner.hpp>
#include <scalesmall/reachability.hpp>
#include <scalesmall/serve_options.hpp>
#include <scalesmall/served_range.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "actors/assignment/assignment_core.hpp"
#include "actors/assignment/slot_plan.hpp"
#include "actors/topology/topology.hpp"

/// How nodes tell each other of their slots. The members of a plan are in a reserved group of their
/// own, whose name holds the settings: nodes with other settings are visibly in another plan.
namespace scalesmall {

inline constexpr std::string_view plan_prefix = "scalesmall.plan/";

/// "scalesmall.plan/2/1024/GROUP" for two replicas and 1,024 slots.
[[nodiscard]] std::string plan_group(const plan_settings& x, std::string_view group);

struct plan_name {
  plan_settings settings;
  std::string group;

  friend bool operator==(const plan_name&, const plan_name&) = default;
};

/// Reads what plan_group makes; nothing for any other name.
[[nodiscard]] std::optional<plan_name> parse_plan_group(std::string_view name);

/// The claim by which a member takes part: over the one key that is its zone, its capacity in the
/// place of the port.
[[nodiscard]] served_range plan_claim(const plan_member& x);

/// The claim by which a member shows that it loads a slot: over its first two keys.
[[nodiscard]] served_range loading_claim(std::uint32_t slot, const plan_settings& x);

/// The keys of a slot; the slot that has exactly these keys.
[[nodiscard]] key_range slot_range(std::uint32_t slot, std::uint32_t slots);
[[nodiscard]] std::optional<std::uint32_t> slot_with(key_range range, std::uint32_t slots);

/// What matters to this node in a group that it serves by plan.
[[nodiscard]] group_sight sight_of(const topology& t, const reachability_table& judged,
                                   std::string_view group, const plan_settings& settings);

/// Who is to serve what in a group and how far it is done. Nothing if nobody takes part. Makes a
/// plan, which may take milliseconds.
[[nodiscard]] std::optional<group_plan> plan_of(const topology& t, const reachability_table& judged,
                                                std::string_view group);

/// Orders the owners of a key: the members of the plan first, the primary before all. Takes no
/// plan.
void order_by_plan(std::vector<range_owner>& owners, const topology& t,
                   const reachability_table& judged, std::string_view group, std::uint32_t key);

/// What the nodes of a plan send to each other.
struct plan_message {
  enum class kind : std::uint8_t {
    may_i_stop,
    yes,
    no,
    take_over,  ///< a person decided that those who are gone lose their place; to all
  };

  kind what = kind::may_i_stop;
  std::uint32_t slot = 0;
  std::uint64_t number = 0;  ///< of the question; an answer has the same

  friend bool operator==(const plan_message&, const plan_message&) = default;
};

/// The tag of these messages.
inline constexpr const char* plan_tag = "scalesmall.plan";

[[nodiscard]] bytes encode(const plan_message& x);
[[nodiscard]] std::optional<plan_message> parse_plan_message(bytes_view x);

}  // namespace scalesmall
