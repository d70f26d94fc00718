#include <algorithm>
#include <scalesmall/sealing_key.hpp>
#include <type_traits>

#include <doctest/doctest.h>

#include "tests/net/keys.hpp"

using namespace scalesmall;

TEST_CASE("a key is read from base64 or hexadecimal digits, and from nothing else") {
  const auto key = parse_key("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
  REQUIRE(key);
  CHECK(std::ranges::equal(key->secret(), keys::nth(0)->secret()));
  for (const auto* same : {"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
                           "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"}) {
    REQUIRE(parse_key(same));
    CHECK(parse_key(same)->fingerprint() == key->fingerprint());
  }
  for (const auto* bad : {
           "",
           "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",                      // no padding
           "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=A",                    // one character more
           "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh==",                     // 31 bytes
           "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=",                     // stray bits
           "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh-=",                     // another alphabet
           "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd Hh8",                     // a blank
           "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1",  // 63 digits
           "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1g",   // not a digit
           "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f0",  // 65 digits
       }) {
    CAPTURE(bad);
    CHECK(parse_key(bad) == nullptr);
  }
}

TEST_CASE("the fingerprint and the id of a key are those of the format page") {
  CHECK(keys::nth(0)->fingerprint() == "8f79951e1384a412");
  CHECK(keys::nth(0)->id() == 0x8f79951eU);
}

TEST_CASE("generated keys differ and can be read") {
  const auto text = generate_key();
  CHECK(text.size() == 44);
  CHECK(text != generate_key());
  CHECK(parse_key(text) != nullptr);
}

TEST_CASE("a key takes over its secret and cannot be copied") {
  sealing_key::secret_bytes secret{1, 2, 3};
  const sealing_key key{secret};
  CHECK(secret == sealing_key::secret_bytes{});
  CHECK(key.secret()[2] == 3);
  CHECK_FALSE(std::is_copy_constructible_v<sealing_key>);
  CHECK_FALSE(std::is_copy_assignable_v<sealing_key>);
}
