#include "messages/codec/byte_stream.hpp"

#include <cstdint>
#include <scalesmall/detail/byte_order.hpp>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace scalesmall;

namespace {

bytes varint_of(std::uint64_t x) {
  bytes out;
  byte_writer{out}.varint(x);
  return out;
}

fault fault_of(bytes_view in, std::uint64_t max = UINT64_MAX) {
  byte_reader reader{in};
  CHECK(reader.varint(max) == 0);
  REQUIRE_FALSE(reader.ok());
  return reader.why();
}

}  // namespace

TEST_CASE("varints hold seven bits a byte, least significant first") {
  CHECK(varint_of(0) == bytes{0});
  CHECK(varint_of(127) == bytes{0x7f});
  CHECK(varint_of(128) == bytes{0x80, 0x01});
  CHECK(varint_of(300) == bytes{0xac, 0x02});
  CHECK(varint_of(UINT64_MAX).size() == 10);
  CHECK(rc::check("a varint reads back", [](std::uint64_t x, std::uint8_t shift) {
    const auto number = x >> shift % 64;
    const auto encoded = varint_of(number);
    byte_reader reader{encoded};
    RC_ASSERT(reader.varint() == number);
    RC_ASSERT(reader.ok());
    RC_ASSERT(reader.left() == 0U);
  }));
}

TEST_CASE("a malformed varint is a fault") {
  CHECK(fault_of(bytes{}) == fault::truncated);
  CHECK(fault_of(bytes{0x80, 0x80}) == fault::truncated);
  CHECK(fault_of(bytes(10, 0xff)) == fault::number_out_of_range);
  CHECK(fault_of(bytes(11, 0x80)) == fault::number_out_of_range);
  CHECK(fault_of(varint_of(256), 255) == fault::number_out_of_range);
}

TEST_CASE("a count is bounded by its limit and by the bytes that are left") {
  const bytes three_of_two{3, 1, 1, 2, 2};
  byte_reader truncated{three_of_two};
  CHECK(truncated.count(10, 2) == 0);
  CHECK(truncated.why() == fault::truncated);

  byte_reader limited{three_of_two};
  CHECK(limited.count(2, 1) == 0);
  CHECK(limited.why() == fault::limit_exceeded);

  byte_reader fits{three_of_two};
  CHECK(fits.count(10, 1) == 3);

  const auto huge = varint_of(UINT64_MAX);
  byte_reader free_values{huge};
  CHECK(free_values.count(1'000, 0) == 0);
  CHECK(free_values.why() == fault::limit_exceeded);
}

TEST_CASE("the first fault sticks") {
  const bytes in{1, 2, 3};
  byte_reader reader{in};
  CHECK(reader.raw(4).empty());
  CHECK(reader.why() == fault::truncated);
  reader.fail(fault::bad_enum);
  CHECK(reader.why() == fault::truncated);
  CHECK(reader.u8() == 0);
  CHECK(reader.raw(1).empty());
  CHECK(reader.left() == 0);
}

TEST_CASE("eight bytes are a number in either order") {
  constexpr std::uint8_t from[] = {1, 2, 3, 4, 5, 6, 7, 8};
  CHECK(load_big_endian(from) == 0x0102030405060708U);
  CHECK(load_little_endian(from) == 0x0807060504030201U);
  std::uint8_t to[8] = {};
  store_big_endian(0x0102030405060708U, to);
  CHECK(std::equal(std::begin(from), std::end(from), std::begin(to)));
}
