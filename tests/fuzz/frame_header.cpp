// A header that is read, written and read again is the same. The version of its writer is not part
// of it.

#include "net/frames/frame_header.hpp"

#include "messages/limits.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace scalesmall;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto header = read_frame_header({data, size});
  if (!header) return 0;
  fuzz::must(header->body_size <= limits::body_bytes_max, "a body within the limit");
  bytes again;
  write_frame_header(*header, again);
  const auto same = read_frame_header(again);
  fuzz::must(same && *same == *header, "what is written is read");
  return 0;
}
