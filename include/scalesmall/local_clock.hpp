#pragma once

#include <compare>
#include <cstdint>
#include <scalesmall/net_id.hpp>
#include <string>

namespace scalesmall {

/// A moment in the life of one member of one group. The incarnation is greater at each start of the
/// node: the wall-clock seconds at that time, or more. The counter begins at 0 and grows by 1 with
/// each change that the member makes in the group.
struct stamp {
  std::uint32_t incarnation = 0;
  std::uint32_t counter = 0;

  friend auto operator<=>(const stamp&, const stamp&) = default;
};

/// "1763793600.2".
[[nodiscard]] std::string to_string(const stamp& x);

/// A stamp and the member whose clock shows it.
struct local_clock {
  net_id member;
  stamp at;

  friend auto operator<=>(const local_clock&, const local_clock&) = default;
};

/// "192.168.1.100:29999@1763793600.2".
[[nodiscard]] std::string to_string(const local_clock& x);

}  // namespace scalesmall
