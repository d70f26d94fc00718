#include <array>
#include <scalesmall/key_of.hpp>
#include <string>

#include <doctest/doctest.h>

using namespace scalesmall;

TEST_CASE("a key is the first four bytes of the SHA-256") {
  CHECK(key_of("") == 0xe3b0c442);
  CHECK(key_of("a") == 0xca978112);
  CHECK(key_of("abc") == 0xba7816bf);
  CHECK(key_of("user:4711") == 0x8e7568d5);
  CHECK(key_of("gr\xc3\xb6\xc3\x9f"
               "e") == 0xd353a267);
}

TEST_CASE("a key is right on both sides of a block boundary") {
  const auto key_of_many = [](std::size_t n) { return key_of(std::string(n, 'x')); };
  CHECK(key_of_many(55) == 0xd5e28568);
  CHECK(key_of_many(56) == 0x04c26261);
  CHECK(key_of_many(63) == 0x75220b47);
  CHECK(key_of_many(64) == 0x7ce10097);
  CHECK(key_of_many(119) == 0x000b48d4);
  CHECK(key_of_many(120) == 0x13f05a0b);
  CHECK(key_of_many(1000) == 0x44f83544);
}

TEST_CASE("any bytes have a key") {
  std::array<std::uint8_t, 256> all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i);
  CHECK(key_of(bytes_view{all}) == 0x40aff2e9);
}

TEST_CASE("keys of neighbouring names spread evenly") {
  std::array<int, 16> sixteenths{};
  for (int i = 0; i < 16'000; ++i) ++sixteenths[key_of("user:" + std::to_string(i)) >> 28];
  for (const auto n : sixteenths) {
    CHECK(n > 850);
    CHECK(n < 1150);
  }
}
