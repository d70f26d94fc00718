#include <array>
#include <scalesmall/key_of.hpp>
#include <sodium.h>

namespace scalesmall {

std::uint32_t key_of(bytes_view data) noexcept {
  std::array<std::uint8_t, crypto_hash_sha256_BYTES> digest{};
  ::crypto_hash_sha256(digest.data(), data.data(), data.size());
  std::uint32_t key = 0;
  for (std::size_t i = 0; i < sizeof key; ++i) key = key << 8 | digest[i];
  return key;
}

std::uint32_t key_of(std::string_view text) noexcept {
  return key_of(bytes_view{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace scalesmall
