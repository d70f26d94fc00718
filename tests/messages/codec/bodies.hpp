#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "messages/codec/byte_stream.hpp"

/// Bodies written by hand, byte by byte as docs/wire-format.md defines them.
namespace scalesmall::bodies {

inline bytes section(std::uint64_t tag, const bytes& content) {
  bytes out;
  byte_writer writer{out};
  writer.varint(tag);
  writer.varint(content.size());
  writer.raw(content);
  return out;
}

inline bytes joined(std::initializer_list<bytes> parts) {
  bytes out;
  for (const auto& part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

inline bytes varint(std::uint64_t x) {
  bytes out;
  byte_writer{out}.varint(x);
  return out;
}

/// 0.0.0.5:7 and 0.0.0.6:7, both with epoch 3.
inline const bytes table = section(1, {2, 0, 0xf1, 5, 6, 7, 3});

/// From 0.0.0.5:7, number 3 * 2^32 + 42; no lists.
inline const bytes envelope = section(2, {0, 0, 42, 0, 0, 0});

/// The beginning of every body.
inline const bytes start = joined({table, envelope});

}  // namespace scalesmall::bodies
