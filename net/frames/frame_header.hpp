#pragma once

#include <cstddef>
#include <cstdint>
#include <scalesmall/bytes.hpp>
#include <scalesmall/result.hpp>

namespace scalesmall {

/// The clear header in front of each body, on TCP and UDP alike. docs/wire-format.md defines it
/// byte by byte:
///
///     0: 's'   1: 'm'   2: version   3: min_version   4: flags   5..7: body size   8..11: key_id
///
/// Numbers are big-endian. A frame of a newer version can be read as long as its min_version is not
/// newer than frame_version.
struct frame_header {
  bool compressed = false;
  bool sealed = false;
  std::size_t body_size = 0;  ///< bytes of the body as it travels
  std::uint32_t key_id = 0;   ///< the key that sealed the body; of a plain frame the cluster_number

  friend bool operator==(const frame_header&, const frame_header&) = default;
};

inline constexpr std::size_t frame_header_bytes = 12;

/// The version that this program writes, and the newest min_version that it can read.
inline constexpr std::uint8_t frame_version = 1;

/// Reads the header at the front of these bytes. Faults: truncated; bad_magic; unknown_version if
/// the frame needs a newer reader or has unknown flags; limit_exceeded for a body over
/// limits::body_bytes_max.
[[nodiscard]] result<frame_header> read_frame_header(bytes_view front);

/// Appends the 12 bytes that read_frame_header reads. The body size must be below 2^24.
void write_frame_header(const frame_header& header, bytes& out);

}  // namespace scalesmall
