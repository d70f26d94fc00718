#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace scalesmall {

/// Why bytes or a text were refused. The caller gets the fault; nothing else happens.
enum class fault : std::uint8_t {
  truncated,            ///< the bytes end before the value does
  trailing_bytes,       ///< bytes are left over after the value
  limit_exceeded,       ///< a count or length is over its bound in limits.hpp
  number_out_of_range,  ///< a number does not fit its type or is not one
  bad_address,          ///< not an IPv4 or IPv6 address
  bad_port,             ///< not a port number 0..65535
  bad_group_name,       ///< empty, over 255 bytes, not UTF-8, or with control characters
  reversed_range,       ///< start_range > end_range
  foreign_clock,        ///< an item's clock belongs to another member than the item
  bad_index,            ///< refers to a net_id that the frame's table does not hold
  not_sorted,           ///< values that must ascend strictly do not
  bad_enum,             ///< a number that names no alternative
  bad_column,           ///< a column of an unknown kind
  duplicate_section,    ///< a section that may stand once stands twice
  missing_section,      ///< a section that must stand is missing
  bad_magic,            ///< not a frame of ours
  unknown_version,      ///< a newer format that this program cannot read
  wrong_cluster,        ///< a plain frame of another cluster
  not_sealed,           ///< a plain frame at a node that takes sealed ones only
  unknown_key,          ///< sealed with a key that this node does not have
  bad_seal,         ///< the seal does not fit: other bytes, another key or another cluster's name
  replayed,         ///< a sealed frame that came before
  bad_compression,  ///< the body cannot be decompressed
};

/// The name of the fault, e.g. "truncated"; for logs and counters.
[[nodiscard]] std::string_view to_string(fault x) noexcept;

/// How many alternatives there are; sizes arrays of counters.
inline constexpr std::size_t fault_count = static_cast<std::size_t>(fault::bad_compression) + 1;

}  // namespace scalesmall
