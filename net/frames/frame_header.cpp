#include "net/frames/frame_header.hpp"

#include "messages/limits.hpp"

namespace scalesmall {

namespace {

constexpr std::uint8_t compressed_flag = 1;
constexpr std::uint8_t sealed_flag = 2;
constexpr std::uint8_t known_flags = compressed_flag | sealed_flag;

static_assert(limits::body_bytes_max < std::size_t{1} << 24, "a body's size travels in 24 bits");

std::uint32_t big_endian(bytes_view x) noexcept {
  std::uint32_t value = 0;
  for (const auto byte : x) value = value << 8 | byte;
  return value;
}

}  // namespace

result<frame_header> read_frame_header(bytes_view front) {
  if (front.size() < frame_header_bytes) return fault::truncated;
  if (front[0] != 's' || front[1] != 'm') return fault::bad_magic;
  const auto version = front[2];
  const auto min_version = front[3];
  const auto flags = front[4];
  if (version < min_version || min_version == 0 || min_version > frame_version)
    return fault::unknown_version;
  if ((flags & ~known_flags) != 0) return fault::unknown_version;
  const std::size_t body_size = big_endian(front.subspan(5, 3));
  if (body_size > limits::body_bytes_max) return fault::limit_exceeded;
  return frame_header{.compressed = (flags & compressed_flag) != 0,
                      .sealed = (flags & sealed_flag) != 0,
                      .body_size = body_size,
                      .key_id = big_endian(front.subspan(8, 4))};
}

void write_frame_header(const frame_header& header, bytes& out) {
  const auto flags = (header.compressed ? compressed_flag : 0) | (header.sealed ? sealed_flag : 0);
  const auto byte = [](std::size_t x, unsigned shift) {
    return static_cast<std::uint8_t>(x >> shift);
  };
  const auto size = header.body_size;
  const auto key = header.key_id;
  out.insert(out.end(), {'s', 'm', frame_version, 1, static_cast<std::uint8_t>(flags),  //
                         byte(size, 16), byte(size, 8), byte(size, 0),                  //
                         byte(key, 24), byte(key, 16), byte(key, 8), byte(key, 0)});
}

}  // namespace scalesmall
