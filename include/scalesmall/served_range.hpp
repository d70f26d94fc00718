#pragma once

#include <compare>
#include <cstdint>
#include <scalesmall/item.hpp>

namespace scalesmall {

/// A range that a member serves, and where.
struct served_range {
  key_range range;
  std::uint16_t port = 0;  ///< at the member's address; 1..65535

  friend auto operator<=>(const served_range&, const served_range&) = default;
};

}  // namespace scalesmall
