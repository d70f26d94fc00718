#include "owner_actors/owner_order.hpp"

namespace scalesmall {

namespace {

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
std::uint64_t mixed(std::uint64_t x) noexcept {
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
  x = (x ^ x >> 27) * 0x94d049bb133111ebU;
  return x ^ x >> 31;
}

}  // namespace

std::uint64_t rendezvous_weight(std::uint32_t key, const net_id& member) noexcept {
  constexpr std::uint64_t golden = 0x9e3779b97f4a7c15U;
  auto x = mixed(member.address.high() + golden);
  x = mixed(x ^ member.address.low());
  x = mixed(x ^ (std::uint64_t{member.port} << 32 | key));
  return mixed(x + golden);
}

}  // namespace scalesmall
