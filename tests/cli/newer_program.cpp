// The program as a later version might be: its frames have version 2 and contain a section that
// version 1 does not know. The linker replaces the functions of these names (--wrap); all other
// objects are the same.

#include <cstdlib>

#include "messages/codec/byte_stream.hpp"
#include "messages/codec/codec.hpp"
#include "net/frames/frame_header.hpp"

#define ENCODE "_ZN10scalesmall6encodeERKNS_6gossipE"
#define WRITE_FRAME_HEADER \
  "_ZN10scalesmall18write_frame_headerERKNS_12frame_headerERSt6vectorIhSaIhEE"

namespace scalesmall {

bytes former_encode(const gossip& x) __asm__("__real_" ENCODE);
bytes newer_encode(const gossip& x) __asm__("__wrap_" ENCODE);
void former_write_frame_header(const frame_header& x,
                               bytes& out) __asm__("__real_" WRITE_FRAME_HEADER);
void newer_write_frame_header(const frame_header& x,
                              bytes& out) __asm__("__wrap_" WRITE_FRAME_HEADER);

bytes newer_encode(const gossip& x) {
  constexpr std::uint64_t later_section = 1'000;
  auto body = former_encode(x);
  byte_writer out{body};
  out.varint(later_section);
  out.varint(5);
  out.text("later");
  return body;
}

/// With SCALESMALL_OLDEST_READER=2 in the environment, version 1 cannot read the frames at all.
void newer_write_frame_header(const frame_header& x, bytes& out) {
  former_write_frame_header(x, out);
  auto* header = out.data() + out.size() - frame_header_bytes;
  header[2] = 2;
  if (const auto* oldest = std::getenv("SCALESMALL_OLDEST_READER"))
    header[3] = static_cast<std::uint8_t>(std::atoi(oldest));
}

}  // namespace scalesmall
