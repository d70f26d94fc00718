#pragma once

#include <compare>
#include <cstdint>
#include <scalesmall/net_id.hpp>
#include <string>
#include <string_view>

namespace scalesmall {

/// What a member claims of a range of keys.
enum class op : std::uint8_t {
  add = 0,  ///< it serves the range
  rmv = 1,  ///< it neither serves nor wants it any longer
  get = 2,  ///< it wants the group's updates for it
};

/// "add", "rmv" or "get".
[[nodiscard]] std::string_view to_string(op x) noexcept;

/// Reads what to_string writes; fault::bad_enum otherwise.
[[nodiscard]] result<op> parse_op(std::string_view text);

/// A range of keys, both ends included; start_range <= end_range.
struct key_range {
  std::uint32_t start_range = 0;
  std::uint32_t end_range = UINT32_MAX;

  friend auto operator<=>(const key_range&, const key_range&) = default;
};

/// All keys.
inline constexpr key_range whole_range{};

/// Reads both ends, decimal or 0x hexadecimal; fault::number_out_of_range or fault::reversed_range.
[[nodiscard]] result<key_range> parse_key_range(std::string_view start, std::string_view end);

/// One claim: what one member says of one range. A member makes one claim of a range at a time.
struct item {
  net_id member;
  key_range range;
  scalesmall::op op = op::get;
  std::uint16_t port = 0;  ///< where the member serves the range; 0 for get

  friend auto operator<=>(const item&, const item&) = default;
};

/// "127.0.0.1:29999 add 15..255 port 11223".
[[nodiscard]] std::string to_string(const item& x);

}  // namespace scalesmall
