#include "actors/peers/connectable.hpp"

namespace scalesmall {

bool is_connectable(const ip_address& own, const net_id& to) noexcept {
  const auto& address = to.address;
  if (to.port == 0 || address == ip_address{} || address.is_multicast()) return false;
  constexpr std::size_t first_v4_byte = 12;
  if (address.is_v4() && address.bytes[first_v4_byte] == 0) return false;
  if (address == ip_address::v4(255, 255, 255, 255)) return false;
  return !address.is_loopback() || own.is_loopback();
}

}  // namespace scalesmall
