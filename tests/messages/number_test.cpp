#include "messages/number.hpp"

#include <cstdint>

#include <doctest/doctest.h>

using namespace scalesmall;

TEST_CASE("numbers are decimal, or hexadecimal after 0x") {
  CHECK(parse_number<std::uint32_t>("0").value() == 0);
  CHECK(parse_number<std::uint32_t>("4294967295").value() == UINT32_MAX);
  CHECK(parse_number<std::uint32_t>("0xff").value() == 255);
  CHECK(parse_number<std::uint32_t>("0XFFFFFFFF").value() == UINT32_MAX);
  CHECK(parse_number<std::uint16_t>("007").value() == 7);
}

TEST_CASE("a text that is not wholly a number of the type is a fault") {
  for (const auto* bad : {"", " ", "-1", "+1", "1 ", " 1", "1.0", "1e3", "0x", "0x-1", "0xg", "x1",
                          "4294967296", "0x100000000", "99999999999999999999999"}) {
    CAPTURE(bad);
    CHECK(parse_number<std::uint32_t>(bad) == result<std::uint32_t>{fault::number_out_of_range});
  }
  CHECK_FALSE(parse_number<std::uint16_t>("65536"));
  CHECK_FALSE(parse_digits<std::uint16_t>("0x10"));
  CHECK_FALSE(parse_digits<int>("-5"));
}
