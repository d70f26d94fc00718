#pragma once

#include <cstddef>
#include <cstdint>

namespace scalesmall::supervision {

/// When a child is restarted after its end.
enum class restart_type : std::uint8_t {
  permanent,  ///< always
  transient,  ///< only after an abnormal end
  temporary,  ///< never; its specification is deleted
};

/// How an actor ended, as seen by its supervisor.
enum class exit_kind : std::uint8_t {
  normal,    ///< OTP's `normal`
  shutdown,  ///< OTP's `shutdown` and `{shutdown, X}`: told to stop, or a regular end
  abnormal,  ///< any other reason
};

/// Whether a supervisor shuts down after its significant children have ended.
enum class auto_shutdown : std::uint8_t { never, any_significant, all_significant };

/// The first decision of OTP's supervisor: whether to restart a child that ended in this way.
[[nodiscard]] bool should_restart(restart_type restart, exit_kind kind) noexcept;

/// Whether a supervisor shuts down after a child has ended and is not restarted.
/// @param significant whether that child is significant
/// @param significant_left number of other significant children that have not ended
[[nodiscard]] bool should_shut_down(auto_shutdown mode, bool significant,
                                    std::size_t significant_left) noexcept;

}  // namespace scalesmall::supervision
