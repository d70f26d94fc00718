#include <scalesmall/sealing_key.hpp>
#include <sodium.h>
#include <stdexcept>

namespace scalesmall {

namespace {

constexpr std::size_t base64_characters =
    sodium_base64_ENCODED_LEN(sealing_key::size, sodium_base64_VARIANT_ORIGINAL) - 1;

constexpr std::size_t fingerprint_bytes = 8;

/// Initialises libsodium, which has to happen before any other call of it. A further call does
/// nothing. Any thread.
void prepare_libsodium() {
  if (::sodium_init() < 0) throw std::runtime_error("libsodium cannot be used on this machine");
}

}  // namespace

sealing_key::sealing_key(secret_bytes& secret) : secret_(secret) {
  prepare_libsodium();
  ::sodium_memzero(secret.data(), secret.size());

  static constexpr std::string_view label = "scalesmall key";
  std::array<std::uint8_t, crypto_generichash_BYTES_MIN> hash{};
  ::crypto_generichash(hash.data(), hash.size(),
                       reinterpret_cast<const std::uint8_t*>(label.data()), label.size(),
                       secret_.data(), secret_.size());
  std::array<char, 2 * fingerprint_bytes + 1> digits{};
  ::sodium_bin2hex(digits.data(), digits.size(), hash.data(), fingerprint_bytes);
  fingerprint_ = digits.data();
  for (std::size_t i = 0; i < sizeof id_; ++i) id_ = id_ << 8 | hash[i];
}

sealing_key::~sealing_key() { ::sodium_memzero(secret_.data(), secret_.size()); }

key_ptr parse_key(std::string_view text) {
  sealing_key::secret_bytes secret{};
  std::size_t size = 0;
  bool good = false;
  if (text.size() == 2 * sealing_key::size) {
    good = ::sodium_hex2bin(secret.data(), secret.size(), text.data(), text.size(), nullptr, &size,
                            nullptr) == 0;
  } else if (text.size() == base64_characters) {
    good = ::sodium_base642bin(secret.data(), secret.size(), text.data(), text.size(), nullptr,
                               &size, nullptr, sodium_base64_VARIANT_ORIGINAL) == 0;
  }
  if (good && size == secret.size()) return std::make_shared<const sealing_key>(secret);
  ::sodium_memzero(secret.data(), secret.size());
  return nullptr;
}

std::string generate_key() {
  prepare_libsodium();
  sealing_key::secret_bytes secret{};
  ::randombytes_buf(secret.data(), secret.size());
  std::string text(base64_characters + 1, '\0');
  ::sodium_bin2base64(text.data(), text.size(), secret.data(), secret.size(),
                      sodium_base64_VARIANT_ORIGINAL);
  ::sodium_memzero(secret.data(), secret.size());
  text.pop_back();  // the terminator
  return text;
}

}  // namespace scalesmall
