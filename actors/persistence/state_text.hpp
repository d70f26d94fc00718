#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <scalesmall/net_id.hpp>
#include <scalesmall/result.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "actors/topology/kept_claims.hpp"
#include "messages/limits.hpp"

/// The files in which a node leaves something for its next life: lines of text that a person can
/// read, the last of which is a checksum of the others. docs/state.md shows them.
namespace scalesmall {

/// What a node says of itself.
struct own_state {
  net_id node{};
  std::string machine{};  ///< a fingerprint of the machine; empty: it has none
  std::string cluster{};
  std::uint32_t incarnation = 0;
  std::chrono::seconds written{0};  ///< since 1970, by the wall clock
  std::vector<std::string> keys{};  ///< fingerprints; the one that seals is the first
  kept_claims kept{};

  friend bool operator==(const own_state&, const own_state&) = default;
};

/// The peers that a node knows: a cache.
struct peers_state {
  std::string cluster{};
  std::chrono::seconds written{0};
  std::vector<net_id> reached{};  ///< answered on a connection once
  std::vector<net_id> heard{};    ///< the others

  friend bool operator==(const peers_state&, const peers_state&) = default;
};

/// Why a text is no state: the end of a sentence that begins with the name of the file.
struct bad_state {
  std::string why;
};

/// Longer files are not read. What a node can hold fits.
inline constexpr std::size_t own_state_bytes_max =
    40 * limits::items_max + 300 * limits::groups_max;
inline constexpr std::size_t peers_state_bytes_max = 100 * limits::peers_max;

[[nodiscard]] std::string to_text(const own_state& x);
[[nodiscard]] std::string to_text(const peers_state& x);

/// Reads what to_text writes and nothing else: not one byte may differ.
[[nodiscard]] result<own_state, bad_state> parse_own_state(std::string_view text);
[[nodiscard]] result<peers_state, bad_state> parse_peers_state(std::string_view text);

}  // namespace scalesmall
