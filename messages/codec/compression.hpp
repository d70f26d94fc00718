#pragma once

#include <cstddef>
#include <scalesmall/bytes.hpp>
#include <scalesmall/result.hpp>

namespace scalesmall {

/// Compresses `in` into `out` as one Snappy block (raw format, no framing) if that is smaller.
/// Otherwise returns false and leaves `out` empty.
[[nodiscard]] bool compress_if_smaller(bytes_view in, bytes& out);

/// Decompresses a Snappy block. A block that claims more than `max` bytes is fault::limit_exceeded.
/// An invalid block, or one that claims more than its size can hold, is fault::bad_compression.
/// Memory is reserved only for a claim that has passed both checks.
[[nodiscard]] result<bytes> decompress(bytes_view block, std::size_t max);

}  // namespace scalesmall
