#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "messages/gossip.hpp"

/// Gossips of a whole group, to measure the size of the format. The original program's sizes for
/// them are known.
namespace scalesmall::samples {

/// 192.168.0.1:29999 and on, 250 hosts per third byte.
inline net_id member(std::uint32_t i) {
  return {ip_address::v4(192, 168, static_cast<std::uint8_t>(i / 250),
                         static_cast<std::uint8_t>(i % 250 + 1)),
          29999};
}

/// The properties that differ from member to member.
struct claim {
  key_range range;
  std::uint16_t port = 11223;
  std::uint32_t counter = 0;
};

/// The 42nd gossip of member 0, which goes to all others. Each member of the group wants the whole
/// range and serves the range of its claim. Member 0 has heard 3i gossips of member i.
inline gossip group_gossip(const std::vector<claim>& claims) {
  gossip x;
  x.current_id = {member(0), 42};
  std::vector<local_clock> clocks;
  timed_set items;
  for (std::uint32_t i = 0; i < claims.size(); ++i) {
    const auto id = member(i);
    const auto& claim = claims[i];
    if (i != 0) {
      x.seen_ids.push_back({id, 3 * std::uint64_t{i}});
      x.distribution_list.push_back(id);
    }
    const stamp at{0, claim.counter};
    clocks.push_back({id, at});
    items.put({{id, whole_range, op::get, 0}, at});
    items.put({{id, claim.range, op::add, claim.port}, at});
  }
  x.messages.push_back(
      {"Group1", world_clock::from_sorted(std::move(clocks)).value(), std::move(items)});
  return x;
}

/// The key range in n equal parts; equal ports; clocks 1 + i mod 7.
inline gossip regular_group(std::uint32_t n) {
  const auto part = UINT32_MAX / n;
  std::vector<claim> claims;
  for (std::uint32_t i = 0; i < n; ++i)
    claims.push_back({{i * part, (i + 1) * part - 1}, 11223, 1 + i % 7});
  return group_gossip(claims);
}

/// Ranges, ports and clocks drawn from all values of their types.
inline gossip random_group(std::uint32_t n, std::uint32_t seed) {
  std::mt19937 next{seed};
  std::vector<claim> claims;
  for (std::uint32_t i = 0; i < n; ++i) {
    const auto [first, last] =
        std::minmax({static_cast<std::uint32_t>(next()), static_cast<std::uint32_t>(next())});
    const auto port = static_cast<std::uint16_t>(next());
    claims.push_back({{first, last}, port, static_cast<std::uint32_t>(next())});
  }
  return group_gossip(claims);
}

/// One change on its way through a LAN: the row of one member, the ids that it has heard and the
/// nodes still to serve, with realistic incarnations.
inline gossip small_update() {
  constexpr std::uint32_t start = 1'763'793'600;
  const auto life = [](std::uint32_t i) { return start + i * 7919 % 86'400; };
  gossip x;
  x.current_id = {member(0), std::uint64_t{life(0)} << 32 | 1234};
  for (std::uint32_t i = 1; i <= 8; ++i) {
    x.seen_ids.push_back({member(5 * i), std::uint64_t{life(i)} << 32 | (i * 97)});
    x.distribution_list.push_back(member(5 * i));
  }
  const auto id = member(0);
  const stamp joined{life(0), 0};
  const stamp changed{life(0), 1};
  x.messages.push_back(
      {"Group1",
       {{id, changed}},
       {{{id, whole_range, op::get, 0}, joined}, {{id, {15, 255}, op::add, 11223}, changed}}});
  return x;
}

}  // namespace scalesmall::samples
