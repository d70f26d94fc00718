#include "messages/codec/compression.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "messages/limits.hpp"

using namespace scalesmall;

TEST_CASE("a compressed block is smaller and decompresses to the same bytes") {
  CHECK(rc::check("decompress(compress(x)) = x", [](bytes x, std::uint8_t repeats) {
    const auto once = x;
    for (int i = 0; i < repeats; ++i) x.insert(x.end(), once.begin(), once.end());
    bytes block;
    if (compress_if_smaller(x, block)) {
      RC_ASSERT(block.size() < x.size());
      RC_ASSERT(decompress(block, x.size()) == result<bytes>{x});
    } else {
      RC_ASSERT(block.empty());
    }
  }));
  bytes block;
  CHECK(compress_if_smaller(bytes(1'000), block));
  CHECK_FALSE(compress_if_smaller({}, block));
  CHECK_FALSE(compress_if_smaller(bytes{1, 2, 3}, block));
}

TEST_CASE("a block is refused for its claimed size or for its content") {
  bytes block;
  REQUIRE(compress_if_smaller(bytes(1'000), block));
  CHECK(decompress(block, 999) == result<bytes>{fault::limit_exceeded});
  CHECK(decompress({}, 10) == result<bytes>{fault::bad_compression});
  const bytes a_gigabyte{0x80, 0x94, 0xeb, 0xdc, 0x03, 0};
  CHECK(decompress(a_gigabyte, limits::body_bytes_max) == result<bytes>{fault::limit_exceeded});
  CHECK(decompress(a_gigabyte, SIZE_MAX) == result<bytes>{fault::bad_compression});
  for (std::size_t size = 0; size < block.size(); ++size) {
    CHECK(decompress(bytes_view{block}.first(size), 1'000) ==
          result<bytes>{fault::bad_compression});
  }
}
