#include "messages/codec/compression.hpp"

#include <snappy.h>

namespace scalesmall {

namespace {

// The densest element of the format copies 64 bytes and takes 3, so no block expands more than
// this.
constexpr std::size_t expansion_max = 22;

const char* chars(const std::uint8_t* x) noexcept { return reinterpret_cast<const char*>(x); }
char* chars(std::uint8_t* x) noexcept { return reinterpret_cast<char*>(x); }

}  // namespace

bool compress_if_smaller(bytes_view in, bytes& out) {
  out.resize(snappy::MaxCompressedLength(in.size()));
  std::size_t size = 0;
  snappy::RawCompress(chars(in.data()), in.size(), chars(out.data()), &size);
  const bool smaller = size < in.size();
  out.resize(smaller ? size : 0);
  return smaller;
}

result<bytes> decompress(bytes_view block, std::size_t max) {
  std::size_t claimed = 0;
  if (!snappy::GetUncompressedLength(chars(block.data()), block.size(), &claimed))
    return fault::bad_compression;
  if (claimed > max) return fault::limit_exceeded;
  if (claimed / expansion_max > block.size()) return fault::bad_compression;
  bytes out(claimed);
  if (!snappy::RawUncompress(chars(block.data()), block.size(), chars(out.data())))
    return fault::bad_compression;
  return out;
}

}  // namespace scalesmall
