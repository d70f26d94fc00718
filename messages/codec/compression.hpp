#pragma once

#include <cstddef>
#include <scalesmall/bytes.hpp>
#include <scalesmall/result.hpp>

namespace scalesmall {

/// Puts the Snappy block (raw format, no framing) of in into out if it is smaller than in; else
/// says false and leaves out empty.
[[nodiscard]] bool compress_if_smaller(bytes_view in, bytes& out);

/// What a Snappy block holds. fault::limit_exceeded if it claims more than max bytes,
/// fault::bad_compression if it is none or claims more than a block of its size can hold; in both
/// cases no memory is reserved for the claim.
[[nodiscard]] result<bytes> decompress(bytes_view block, std::size_t max);

}  // namespace scalesmall
