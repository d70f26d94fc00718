#include "net/frames/seal.hpp"

#include <sodium.h>

namespace scalesmall {

static_assert(seal_nonce_bytes == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(seal_tag_bytes == crypto_aead_xchacha20poly1305_ietf_ABYTES);
static_assert(sealing_key::size == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

seal_nonce random_nonce() {
  seal_nonce nonce;
  ::randombytes_buf(nonce.data(), nonce.size());
  return nonce;
}

void seal(const sealing_key& key, const seal_nonce& nonce, bytes_view associated, bytes_view plain,
          bytes& out) {
  out.insert(out.end(), nonce.begin(), nonce.end());
  const auto before = out.size();
  out.resize(before + plain.size() + seal_tag_bytes);
  ::crypto_aead_xchacha20poly1305_ietf_encrypt(out.data() + before, nullptr, plain.data(),
                                               plain.size(), associated.data(), associated.size(),
                                               nullptr, nonce.data(), key.secret().data());
}

result<bytes> open(const sealing_key& key, bytes_view associated, bytes_view sealed) {
  if (sealed.size() < seal_bytes) return fault::truncated;
  const auto nonce = sealed.first(seal_nonce_bytes);
  const auto hidden = sealed.subspan(seal_nonce_bytes);
  bytes plain(hidden.size() - seal_tag_bytes);
  if (::crypto_aead_xchacha20poly1305_ietf_decrypt(
          plain.data(), nullptr, nullptr, hidden.data(), hidden.size(), associated.data(),
          associated.size(), nonce.data(), key.secret().data()) != 0)
    return fault::bad_seal;
  return plain;
}

}  // namespace scalesmall
