#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <scalesmall/net_id.hpp>
#include <scalesmall/time.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace scalesmall {

/// A question to the members of a group, or an answer to it. They travel as program messages.
struct ping_question {
  std::uint64_t nonce = 0;

  friend bool operator==(const ping_question&, const ping_question&) = default;
};

struct ping_answer {
  std::uint64_t nonce = 0;
  std::string version;  ///< of the program
  std::optional<std::uint64_t> digest =
      {};  ///< of the group; nothing: the member wants a part of it

  friend bool operator==(const ping_answer&, const ping_answer&) = default;
};

[[nodiscard]] std::string to_text(const ping_question& x);
[[nodiscard]] std::string to_text(const ping_answer& x);

/// Nothing if the text is none. Fields that a later version adds behind the others are passed over.
[[nodiscard]] std::optional<ping_question> parse_ping_question(std::string_view text);
[[nodiscard]] std::optional<ping_answer> parse_ping_answer(std::string_view text);

/// What became of asking one member.
struct pinged_member {
  enum class kind : std::uint8_t {
    silent,   ///< it has not answered
    same,     ///< it knows the same of the group
    differs,  ///< it knows something else
    part,     ///< it, or this node, wants a part of the group, so that it cannot be told
  };

  net_id member;
  kind what = kind::silent;
  std::optional<duration> round_trip = {};  ///< of the first answer
  std::string version = {};

  friend bool operator==(const pinged_member&, const pinged_member&) = default;
};

[[nodiscard]] std::string_view to_string(pinged_member::kind x) noexcept;

/// The members of a group that are asked, and what they have answered. A member that knows
/// something else is asked again, because changes need a moment to reach all. Not thread-safe.
class ping_round {
public:
  explicit ping_round(const std::vector<net_id>& members);

  /// @param own  the digest of this node at that time, as in ping_answer
  /// @param after the time since the members were asked first
  void hear(const net_id& member, const ping_answer& x, std::optional<std::uint64_t> own,
            duration after);

  /// Whether all have answered, and know the same.
  [[nodiscard]] bool is_over() const;

  /// Those that know something else, ascending.
  [[nodiscard]] std::vector<net_id> differing() const;

  /// All members, ascending.
  [[nodiscard]] std::vector<pinged_member> outcome() const;

private:
  std::map<net_id, pinged_member> members_;
};

}  // namespace scalesmall
