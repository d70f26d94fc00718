#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "messages/world_clock.hpp"

namespace scalesmall {

/// What a node knows of one group, without the items.
struct group_digest {
  std::string group_name;
  world_clock time;

  friend auto operator<=>(const group_digest&, const group_digest&) = default;
};

/// Where in an exchange between two nodes a gossip stands. Anti-entropy is push-pull: the first
/// node sends its digest, the second the rows that the first lacks with a digest of what it lacks
/// itself, the first these rows.
enum class exchange : std::uint8_t {
  request = 0,  ///< "this is what I know": answer with what I lack, and ask for what you lack
  answer = 1,   ///< "this is what you lack, and what I know of what I lack"
  push = 2,     ///< "this is what you lack": ends the exchange
};

[[nodiscard]] std::string_view to_string(exchange x) noexcept;

/// A node's side of an exchange: the groups it speaks of, ascending by name, each once.
struct digest {
  exchange stage = exchange::request;
  std::vector<group_digest> groups;

  friend auto operator<=>(const digest&, const digest&) = default;
};

}  // namespace scalesmall
