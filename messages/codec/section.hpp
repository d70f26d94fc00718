#pragma once

#include <cstddef>
#include <cstdint>
#include <scalesmall/local_clock.hpp>
#include <span>

/// Definitions that encode.cpp and decode.cpp share. Internal to these two.
namespace scalesmall {

/// The tags of a body's sections; see docs/wire-format.md, "Body".
enum class section : std::uint64_t {
  net_ids = 1,       ///< once, before the others
  envelope = 2,      ///< once
  message = 3,       ///< any number, ascending by group name and keys
  digest = 4,        ///< at most once
  acknowledged = 5,  ///< at most once
  silent = 6,        ///< at most once
  application = 7,   ///< at most once
  part = 8,          ///< a message restricted to a part of the keys; any number, as message
  interest = 9,      ///< at most once, after digest
};

/// Size of the shortest group of a digest, in bytes: a name of one byte, its scope, no clocks.
inline constexpr std::size_t group_bytes_min = 4;

/// Size of the shortest interest, in bytes: a place, one range, a hash.
inline constexpr std::size_t interest_bytes_min = 12;

/// The index of a net_id in the frame's table.
using position = std::uint32_t;

/// How the positions of a list ascend. The value is the least difference between neighbours. It is
/// subtracted from each difference before that is stored.
enum class order : position { weak = 0, strict = 1 };

/// Looks up the counters of a group's clocks. An item's counter is stored as its distance below the
/// counter of its member's clock in the same message.
class clock_counters {
public:
  /// Views both spans: they must have the same length and outlive this object.
  clock_counters(std::span<const position> members, std::span<const local_clock> clocks)
      : members_(members), clocks_(clocks) {}

  /// The counter of the member at a position; 0 if the clocks do not name it. Positions must not
  /// descend from call to call.
  [[nodiscard]] std::uint32_t at(position member) noexcept {
    while (next_ < members_.size() && members_[next_] < member) ++next_;
    return next_ < members_.size() && members_[next_] == member ? clocks_[next_].at.counter : 0;
  }

private:
  std::span<const position> members_;
  std::span<const local_clock> clocks_;
  std::size_t next_ = 0;
};

}  // namespace scalesmall
