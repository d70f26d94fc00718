#pragma once

#include <cstdint>
#include <optional>
#include <scalesmall/timed_item.hpp>
#include <string_view>

namespace scalesmall {

/// The reserved group in which the nodes that watch each other take part. Each of them claims `get`
/// over all keys; its other claims are its statements.
inline constexpr std::string_view liveness_group = "scalesmall.live";

/// What an observer found on its path to a member.
enum class finding : std::uint8_t {
  silent = 0,   ///< the member does not answer
  refused = 1,  ///< the operating system of the member's host refuses connections
  lasting = 2,  ///< the member has been silent for long, and nothing came of it
};

/// A statement "I cannot reach the member with this key, in this life of it". It is a claim `add`
/// of the observer over the range [key, key]; its port holds the finding and the life.
struct statement {
  std::uint32_t key = 0;  ///< of the member that it is about; see watch_rings::key_of
  finding found = finding::silent;
  std::uint32_t life = 0;  ///< life_of the member's incarnation

  friend bool operator==(const statement&, const statement&) = default;
};

/// The part of an incarnation that a statement holds: 1..16383.
[[nodiscard]] constexpr std::uint32_t life_of(std::uint32_t incarnation) {
  return 1 + incarnation % 16'383;
}

/// The port that says this: the finding in the two upper bits, the life below.
[[nodiscard]] constexpr std::uint16_t port_of(const statement& x) {
  return static_cast<std::uint16_t>(static_cast<std::uint32_t>(x.found) << 14 | x.life);
}

/// The statement that a claim of the liveness group makes; nothing if it makes none.
[[nodiscard]] constexpr std::optional<statement> statement_of(const item& claim) {
  const auto found = static_cast<std::uint32_t>(claim.port) >> 14;
  const auto life = static_cast<std::uint32_t>(claim.port) & 0x3fffU;
  if (claim.op != op::add || claim.range.start_range != claim.range.end_range) return std::nullopt;
  if (found > static_cast<std::uint32_t>(finding::lasting) || life == 0) return std::nullopt;
  return statement{claim.range.start_range, static_cast<finding>(found), life};
}

}  // namespace scalesmall
