#pragma once

#include <cstddef>
#include <cstdint>
#include <scalesmall/supervision/should_restart.hpp>
#include <span>
#include <vector>

namespace scalesmall::supervision {

/// Which other children are restarted together with one that failed.
enum class restart_strategy : std::uint8_t {
  one_for_one,         ///< no others
  one_for_all,         ///< all others
  rest_for_one,        ///< those that were started after it
  simple_one_for_one,  ///< no others; all children are made from one template
};

/// The steps of a restart. Children are given as positions in start order.
struct restart_plan {
  /// To stop first, in this order: the child that was started last comes first.
  std::vector<std::size_t> stop;
  /// The temporary children in `stop`, to delete once they have stopped.
  std::vector<std::size_t> drop;
  std::vector<std::size_t> start;  ///< to start afterwards, in this order

  friend bool operator==(const restart_plan&, const restart_plan&) = default;
};

/// The second decision of OTP's supervisor: which children to stop and to start when the child at
/// position `failed` is restarted. `children` are the restart types of all children in start order;
/// the failed one is never temporary. Children that are not running belong to the plan, too: a
/// restart of all children also starts those that were stopped by a call.
/// @throws std::out_of_range if `failed` is not a position in `children`
[[nodiscard]] restart_plan plan_restart(restart_strategy strategy,
                                        std::span<const restart_type> children, std::size_t failed);

}  // namespace scalesmall::supervision
