#pragma once

#include <cstddef>
#include <cstdint>
#include <scalesmall/supervision/should_restart.hpp>
#include <span>
#include <vector>

namespace scalesmall::supervision {

/// Which children share the fate of one that is restarted.
enum class restart_strategy : std::uint8_t {
  one_for_one,         ///< none
  one_for_all,         ///< all
  rest_for_one,        ///< those started after it
  simple_one_for_one,  ///< none; all children are made from one template
};

/// What to do about one child that has to be restarted; positions in start order.
struct restart_plan {
  std::vector<std::size_t> stop;   ///< to be stopped first, in this order (the last started first)
  std::vector<std::size_t> drop;   ///< temporary ones among them: stopped, then forgotten
  std::vector<std::size_t> start;  ///< to be started then, in this order

  friend bool operator==(const restart_plan&, const restart_plan&) = default;
};

/// The second decision of OTP's supervisor: who is stopped and who is started when the child at
/// position `failed` is restarted. `children` are the restart types of all, in start order; the
/// failed one is never temporary. Children that are not running belong to the plan like the others:
/// a restart of all brings back also those that were stopped by hand.
/// @throws std::out_of_range if `failed` is no position of `children`
[[nodiscard]] restart_plan plan_restart(restart_strategy strategy,
                                        std::span<const restart_type> children, std::size_t failed);

}  // namespace scalesmall::supervision
