#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <scalesmall/bytes.hpp>
#include <scalesmall/net_id.hpp>
#include <string_view>

#include "messages/gossip.hpp"

/// Gossips of few members, groups and clocks, which therefore often speak of the same.
namespace scalesmall::fuzz {

/// Takes decisions from the input of a fuzz target. Every decision is 0 once the input is used up.
class choices {
public:
  explicit choices(bytes_view in) noexcept : in_(in) {}

  [[nodiscard]] bool empty() const noexcept { return in_.empty(); }

  /// A number below n, which is 1 to 256.
  [[nodiscard]] std::size_t below(std::size_t n) noexcept {
    if (in_.empty()) return 0;
    const auto x = in_.front();
    in_ = in_.subspan(1);
    return x % n;
  }

  [[nodiscard]] bool flip() noexcept { return below(2) == 1; }

  template <class List>
  [[nodiscard]] auto one_of(const List& list) noexcept {
    return list[below(std::size(list))];
  }

private:
  bytes_view in_;
};

inline constexpr std::size_t members = 6;
inline constexpr std::array<std::string_view, 4> groups{"a", "b", "c", "scalesmall.live"};
inline constexpr std::string_view tag = "t";
inline constexpr std::array<key_range, 6> ranges{
    {{0, 0}, {5, 9}, {0, 99}, {50, 149}, {100, UINT32_MAX}, whole_range}};

/// A node that gossips speak of. Member 0 is the node that hears them.
[[nodiscard]] inline net_id member(std::size_t n) {
  return {ip_address::v4(10, 0, 0, static_cast<std::uint8_t>(n + 1)), 29999};
}

using member_list = std::array<net_id, members>;

/// All of them.
[[nodiscard]] inline member_list all_members() {
  member_list all;
  for (std::size_t n = 0; n < members; ++n) all[n] = member(n);
  return all;
}

/// A gossip in which any section may stand. It obeys the rules of its records.
/// @param life   the incarnation of the first of the members
/// @param number one of the last that the first member gave to a message
/// @param among  the members that it speaks of
[[nodiscard]] gossip some_gossip(choices& in, std::uint32_t life, std::uint64_t number,
                                 const member_list& among = all_members());

}  // namespace scalesmall::fuzz
