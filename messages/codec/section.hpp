#pragma once

#include <cstddef>
#include <cstdint>
#include <scalesmall/local_clock.hpp>
#include <span>

/// What the two directions of the codec share. Internal to encode.cpp and decode.cpp.
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
  part = 8,          ///< a message that speaks of a part of the keys; likewise any number
  interest = 9,      ///< at most once, after digest
};

/// Bytes of the shortest group of a digest: a name of one byte, its scope, no clocks.
inline constexpr std::size_t group_bytes_min = 4;

/// Bytes of the shortest interest: a place, one range, a hash.
inline constexpr std::size_t interest_bytes_min = 12;

/// A net_id's place in the frame's table.
using position = std::uint32_t;

/// How the positions of a list ascend. The value is the least difference between neighbours, which
/// is subtracted from it where it is stored.
enum class order : position { weak = 0, strict = 1 };

/// The counters of a group's clocks, asked for with ascending positions: an item's counter is
/// stored as its distance below the counter of its member's clock in the same message.
class clock_counters {
public:
  /// Both of the same length, and outlived by what they view.
  clock_counters(std::span<const position> members, std::span<const local_clock> clocks)
      : members_(members), clocks_(clocks) {}

  /// The counter of the member at a position; 0 if the clocks do not name it.
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
