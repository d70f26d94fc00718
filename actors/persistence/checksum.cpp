#include "actors/persistence/checksum.hpp"

#include <array>
#include <sodium.h>
#include <stdexcept>

namespace scalesmall {

std::string checksum(std::string_view text, std::string_view purpose) {
  if (::sodium_init() < 0) throw std::runtime_error("libsodium cannot be used on this machine");
  const auto bytes = [](std::string_view x) {
    return reinterpret_cast<const unsigned char*>(x.data());
  };
  std::array<unsigned char, checksum_characters / 2> hash{};
  ::crypto_generichash(hash.data(), hash.size(), bytes(text), text.size(), bytes(purpose),
                       purpose.size());
  std::array<char, checksum_characters + 1> digits{};
  ::sodium_bin2hex(digits.data(), digits.size(), hash.data(), hash.size());
  return digits.data();
}

}  // namespace scalesmall
