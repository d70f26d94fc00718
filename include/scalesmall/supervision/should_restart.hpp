#pragma once

#include <cstddef>
#include <cstdint>

namespace scalesmall::supervision {

/// When a child that ended is started again.
enum class restart_type : std::uint8_t {
  permanent,  ///< always
  transient,  ///< only after an abnormal end
  temporary,  ///< never; its specification goes with it
};

/// How an actor ended, as far as supervision is concerned.
enum class exit_kind : std::uint8_t {
  normal,    ///< OTP's `normal`
  shutdown,  ///< OTP's `shutdown` and `{shutdown, X}`: told to stop, or stopped for a good reason
  abnormal,  ///< everything else
};

/// Whether significant children that end take their supervisor along.
enum class auto_shutdown : std::uint8_t { never, any_significant, all_significant };

/// The first decision of OTP's supervisor: is a child that ended so to be started again?
[[nodiscard]] bool should_restart(restart_type restart, exit_kind kind) noexcept;

/// Does a supervisor stop, now that a child has ended for good?
/// @param significant whether that child was significant
/// @param significant_left how many other significant children are still there
[[nodiscard]] bool should_shut_down(auto_shutdown mode, bool significant,
                                    std::size_t significant_left) noexcept;

}  // namespace scalesmall::supervision
