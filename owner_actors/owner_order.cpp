#include "owner_actors/owner_order.hpp"

#include "messages/split_mix.hpp"

namespace scalesmall {

std::uint64_t rendezvous_weight(std::uint32_t key, const net_id& member) noexcept {
  constexpr std::uint64_t golden = 0x9e3779b97f4a7c15U;
  auto x = split_mix(member.address.high() + golden);
  x = split_mix(x ^ member.address.low());
  x = split_mix(x ^ (std::uint64_t{member.port} << 32 | key));
  return split_mix(x + golden);
}

}  // namespace scalesmall
