#include "net/frames/frame_header.hpp"

#include <cstddef>
#include <cstdint>

#include <doctest/doctest.h>

using namespace scalesmall;

TEST_CASE("a header is what the format page says, byte by byte") {
  bytes out;
  write_frame_header(
      {.compressed = true, .sealed = true, .body_size = 0x010203, .key_id = 0x04050607}, out);
  CHECK(out == bytes{'s', 'm', 1, 1, 3, 1, 2, 3, 4, 5, 6, 7});
  const auto back = read_frame_header(out);
  REQUIRE(back);
  CHECK(back->body_size == 0x010203);
  CHECK(back->key_id == 0x04050607);
  CHECK(back->compressed);
  CHECK(back->sealed);
}

TEST_CASE("an invalid header is refused with its reason") {
  const bytes good{'s', 'm', 1, 1, 0, 0, 0, 5, 0, 0, 0, 0};
  const auto with = [&](std::size_t at, std::uint8_t byte) {
    auto x = good;
    x[at] = byte;
    return read_frame_header(x);
  };
  CHECK(read_frame_header(good));
  CHECK(read_frame_header(bytes_view{good}.first(11)) == result<frame_header>{fault::truncated});
  CHECK(with(0, 'S') == result<frame_header>{fault::bad_magic});
  CHECK(with(1, 0) == result<frame_header>{fault::bad_magic});
  CHECK(with(2, 0) == result<frame_header>{fault::unknown_version});
  CHECK(with(3, 0) == result<frame_header>{fault::unknown_version});
  CHECK(with(4, 4) == result<frame_header>{fault::unknown_version});
  CHECK(with(5, 0x80) == result<frame_header>{fault::limit_exceeded});
  CHECK(with(5, 0xff) == result<frame_header>{fault::limit_exceeded});
}
