#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace scalesmall {

/// Why bytes or a text were refused. A fault has no effect of its own: the caller decides what
/// follows from it.
enum class fault : std::uint8_t {
  truncated,            ///< the bytes end before the value does
  trailing_bytes,       ///< bytes are left over after the value
  limit_exceeded,       ///< a count or length is over its bound in limits.hpp
  number_out_of_range,  ///< a number does not fit its type, or the text is no number
  bad_address,          ///< not an IPv4 or IPv6 address
  bad_port,             ///< not a port number 0..65535
  bad_group_name,       ///< empty, over 255 bytes, not UTF-8, or with control characters
  reversed_range,       ///< start_range > end_range
  foreign_clock,        ///< an item's clock belongs to another member than the item
  bad_index,            ///< refers to a net_id that the frame's table does not hold
  not_sorted,           ///< values that must ascend strictly do not
  bad_enum,             ///< a number that stands for no enumerator
  bad_column,           ///< a column of an unknown form
  duplicate_section,    ///< a section that may occur once occurs twice
  missing_section,      ///< a required section does not occur
  bad_magic,            ///< not a frame of this program
  unknown_version,      ///< a newer format that this program cannot read
  wrong_cluster,        ///< a plain frame of another cluster
  not_sealed,           ///< a plain frame where only sealed ones are accepted
  unknown_key,          ///< sealed with a key that this node does not have
  bad_seal,             ///< other bytes, another key or another cluster than when it was sealed
  replayed,             ///< a sealed frame that was opened before
  wrong_time,           ///< sealed too long ago, in the future, or before this node began
  bad_compression,      ///< not a Snappy block
};

/// The name of the fault, e.g. "truncated", for logs and counters.
[[nodiscard]] std::string_view to_string(fault x) noexcept;

/// The number of faults, to size arrays of counters.
inline constexpr std::size_t fault_count = static_cast<std::size_t>(fault::bad_compression) + 1;

}  // namespace scalesmall
