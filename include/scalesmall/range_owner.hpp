#pragma once

#include <compare>
#include <cstdint>
#include <scalesmall/item.hpp>
#include <string>

namespace scalesmall {

/// One claim to serve: a member, the range that it serves, and the port of its address on which it
/// does. Ordered by member, then range.
struct range_owner {
  net_id member;
  key_range range;
  std::uint16_t port = 0;

  friend auto operator<=>(const range_owner&, const range_owner&) = default;
};

/// "127.0.0.1:29999 15..255 port 11223".
[[nodiscard]] inline std::string to_string(const range_owner& x) {
  return to_string(x.member) + ' ' + std::to_string(x.range.start_range) + ".." +
         std::to_string(x.range.end_range) + " port " + std::to_string(x.port);
}

}  // namespace scalesmall
