#pragma once

#include <cstdint>
#include <scalesmall/sealing_key.hpp>

namespace scalesmall::keys {

/// The key with the bytes n, n+1, n+2, ...
[[nodiscard]] inline key_ptr nth(std::uint8_t n) {
  sealing_key::secret_bytes secret;
  for (auto& byte : secret) byte = n++;
  return std::make_shared<const sealing_key>(secret);
}

}  // namespace scalesmall::keys
