#include "net/frames/seal.hpp"

#include <numeric>
#include <string_view>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "messages/number.hpp"
#include "tests/net/keys.hpp"

using namespace scalesmall;

namespace {

bytes from_hex(std::string_view digits) {
  bytes x;
  for (; !digits.empty(); digits.remove_prefix(2))
    x.push_back(parse_digits<std::uint8_t>(digits.substr(0, 2), 16).value());
  return x;
}

}  // namespace

TEST_CASE("seal gives the example of draft-irtf-cfrg-xchacha-03, appendix A.3.1") {
  constexpr std::string_view text =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
      "sunscreen would be it.";
  const auto key = keys::nth(0x80);
  seal_nonce nonce;
  std::iota(nonce.begin(), nonce.end(), std::uint8_t{0x40});
  const auto associated = from_hex("50515253c0c1c2c3c4c5c6c7");
  auto expected = bytes(nonce.begin(), nonce.end());
  for (const auto byte : from_hex("bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
                                  "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
                                  "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
                                  "21f9664c97637da9768812f615c68b13b52e"
                                  "c0875924c1c7987947deafd8780acf49"))
    expected.push_back(byte);
  bytes sealed;
  const bytes plain(text.begin(), text.end());
  seal(*key, nonce, associated, plain, sealed);
  CHECK(sealed == expected);
  CHECK(open(*key, associated, sealed) == result<bytes>{plain});
}

TEST_CASE("a seal opens with the same key and associated data, and with nothing else") {
  const auto key = keys::nth(1);
  const auto other = keys::nth(2);
  CHECK(rc::check("open(seal(x)) = x", [&](const bytes& plain, const bytes& associated) {
    bytes sealed;
    seal(*key, random_nonce(), associated, plain, sealed);
    RC_ASSERT(sealed.size() == plain.size() + seal_bytes);
    RC_ASSERT(open(*key, associated, sealed) == result<bytes>{plain});
    RC_ASSERT(open(*other, associated, sealed) == result<bytes>{fault::bad_seal});
    auto more = associated;
    more.push_back(0);
    RC_ASSERT(open(*key, more, sealed) == result<bytes>{fault::bad_seal});
  }));

  bytes sealed;
  const bytes associated{1, 2, 3};
  seal(*key, random_nonce(), associated, bytes(50, 'x'), sealed);
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    auto changed = sealed;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    CHECK(open(*key, associated, changed) == result<bytes>{fault::bad_seal});
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    CHECK(open(*key, associated, bytes_view{sealed}.first(size)).error() ==
          (size < seal_bytes ? fault::truncated : fault::bad_seal));
  }
}

TEST_CASE("random nonces differ") { CHECK(random_nonce() != random_nonce()); }
