#pragma once

#include <cstdint>
#include <scalesmall/net_id.hpp>

namespace scalesmall {

/// The weight of a member for a key: of the owners of a key the one with the greatest weight comes
/// first. The same at every node and in every release, since it says where replicas are looked for.
[[nodiscard]] std::uint64_t rendezvous_weight(std::uint32_t key, const net_id& member) noexcept;

}  // namespace scalesmall
