#include "messages/codec/column.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace scalesmall;

namespace {

using numbers = std::vector<std::uint64_t>;

bytes encoded(const numbers& values) {
  bytes out;
  byte_writer writer{out};
  write_column(writer, values);
  return out;
}

result<numbers> decoded(const bytes& in, std::size_t n, unsigned bits = 64) {
  byte_reader reader{in};
  numbers values(n, 99);
  read_column(reader, values, bits);
  if (!reader.ok()) {
    CHECK(values == numbers(n, 0));
    return reader.why();
  }
  if (reader.left() != 0) return fault::trailing_bytes;
  return values;
}

}  // namespace

TEST_CASE("each form of a column, byte by byte") {
  struct example {
    std::string form;
    numbers values;
    bytes stored;
  };
  const std::vector<example> examples{
      {"no value", {}, {}},
      {"one value", {300}, {0xac, 0x02}},
      {"a small constant", {239, 239, 239}, {0xef}},
      {"a constant", {240, 240, 240}, {0xf0, 0xf0, 0x01}},
      {"varints", {9, 1, 300}, {0xf1, 9, 1, 0xac, 0x02}},
      {"packed", {8, 11, 9, 10, 11, 8, 10, 9}, {0xf2, 2, 8, 0b10'01'11'00, 0b01'10'00'11}},
      {"a progression", {1000, 1003, 1006, 1009}, {0xf8, 0xe8, 0x07, 6}},
      {"a falling progression", {300, 200, 100}, {0xf8, 0xac, 0x02, 0xc7, 0x01}},
      {"differences", {5000, 5001, 6500, 6501, 6503}, {0xf9, 0x88, 0x27, 2, 0xb6, 0x17, 2, 4}},
      {"packed differences",
       {5000, 5001, 5003, 5004, 5006, 5007, 5008, 5010, 5012},
       {0xfa, 0x88, 0x27, 2, 2, 0b10'00'10'00, 0b10'10'00'00}},
      {"whole numbers", {1ULL << 63, 1, 1ULL << 62}, {0xf1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
                                                      0x80, 0x80, 0x80, 0x01, 0x01, 0x80, 0x80,
                                                      0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40}},
  };
  for (const auto& x : examples) {
    CAPTURE(x.form);
    CHECK(encoded(x.values) == x.stored);
    CHECK(decoded(x.stored, x.values.size()) == result<numbers>{x.values});
  }
}

TEST_CASE("any numbers survive a column") {
  CHECK(rc::check("of any width", [](std::uint8_t width, numbers values) {
    for (auto& x : values) x >>= width % 64;
    RC_ASSERT(decoded(encoded(values), values.size()) == result<numbers>{values});
  }));
  CHECK(rc::check("close to each other",
                  [](std::uint64_t start, const std::vector<std::int8_t>& steps) {
                    numbers values;
                    for (const auto step : steps)
                      values.push_back(start += static_cast<std::uint64_t>(std::int64_t{step}));
                    RC_ASSERT(decoded(encoded(values), values.size()) == result<numbers>{values});
                  }));
  CHECK(rc::check("a column is never longer than its varints and one byte",
                  [](const numbers& values) {
                    bytes plain;
                    for (const auto x : values) byte_writer{plain}.varint(x);
                    RC_ASSERT(encoded(values).size() <= plain.size() + 1);
                  }));
}

TEST_CASE("every width of packed values reads back") {
  for (unsigned width = 1; width <= 64; ++width) {
    CAPTURE(width);
    const auto mask = UINT64_MAX >> (64 - width);
    numbers values;
    for (std::uint64_t i = 0; i < 40; ++i) values.push_back(0x9e3779b97f4a7c15U * (i + 1) & mask);
    values.push_back(0);
    values.push_back(mask);
    CHECK(decoded(encoded(values), values.size()) == result<numbers>{values});
  }
}

TEST_CASE("a malformed column is a fault, and all its values are 0") {
  CHECK(decoded({}, 1).error() == fault::truncated);
  CHECK(decoded({}, 2).error() == fault::truncated);
  CHECK(decoded({0xf0}, 2).error() == fault::truncated);
  CHECK(decoded({0xf1, 1}, 2).error() == fault::truncated);
  CHECK(decoded({0xf2, 8, 0, 1}, 2).error() == fault::truncated);
  CHECK(decoded({0xf8, 1}, 2).error() == fault::truncated);
  for (const std::uint8_t head : {0xf3, 0xf7, 0xfb, 0xff}) {
    CHECK(decoded({head, 0, 0, 0}, 2).error() == fault::bad_column);
  }
  for (const std::uint8_t width : {0, 57, 63, 65, 255}) {
    CHECK(decoded({0xf2, width, 0, 0, 0}, 2).error() == fault::bad_column);
  }
  CHECK(decoded({0xf1, 1, 8}, 2, 3).error() == fault::number_out_of_range);
  CHECK(decoded({8}, 3, 3).error() == fault::number_out_of_range);
  CHECK(decoded({8}, 1, 3).error() == fault::number_out_of_range);
  CHECK(decoded({7}, 3, 3) == result<numbers>{{7, 7, 7}});
  CHECK(decoded({0xf8, 0, 1}, 2, 32).error() == fault::number_out_of_range);
}

TEST_CASE("zigzag makes small differences of either sign small") {
  CHECK(zigzag(std::uint64_t{0}) == 0);
  CHECK(zigzag(UINT64_MAX) == 1);
  CHECK(zigzag(std::uint32_t{1}) == 2);
  CHECK(zigzag(UINT32_MAX) == 1);
  CHECK(rc::check("and is undone", [](std::uint64_t x, std::uint32_t y) {
    RC_ASSERT(unzigzag(zigzag(x)) == x);
    RC_ASSERT(unzigzag(zigzag(y)) == y);
  }));
}
