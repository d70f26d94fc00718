#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <scalesmall/net_id.hpp>
#include <span>
#include <vector>

namespace scalesmall {

/// Which members watch which. The members stand on three rings, on each at another pseudo-random
/// position; next to each other on a ring means to watch each other. So each member has up to six
/// watchers, and the graph is an expander (as in Rapid; Suresh et al. 2018). A function of the
/// members alone: all nodes that know the same members compute the same.
///
/// Members are numbered by their place in members(). Some may be hidden: a watcher is the nearest
/// member that is not. Those between are watched by the same members.
///
/// Immutable. Any thread.
class watch_rings {
public:
  static constexpr std::size_t rings = 3;
  /// Hidden members next to each other that are passed over; those behind are not looked for.
  static constexpr std::size_t passed_max = 24;

  using number = std::uint32_t;
  /// By number; true: hidden. Empty: none is.
  using hidden_set = std::vector<bool>;

  watch_rings() = default;

  /// @param members ascending, each once
  explicit watch_rings(std::vector<net_id> members);

  [[nodiscard]] std::span<const net_id> members() const noexcept { return members_; }
  [[nodiscard]] std::size_t size() const noexcept { return members_.size(); }

  /// The number of a member; size() if it is none. Logarithmic time.
  [[nodiscard]] number find(const net_id& member) const;

  /// The members that a statement with this key may be about: more than one only by chance.
  [[nodiscard]] std::vector<number> with_key(std::uint32_t key) const;

  /// The key of a member in statements: the upper half of its position on the first ring.
  [[nodiscard]] static std::uint32_t key_of(const net_id& member) noexcept;

  /// The members that watch this one, ascending, without those that are hidden.
  [[nodiscard]] std::vector<number> watchers_of(number x, const hidden_set& hidden) const;

  /// A member to watch.
  struct target {
    number who;
    bool follows;  ///< on some ring: so the watcher speaks first, and the target answers

    friend bool operator==(const target&, const target&) = default;
  };

  /// The members that this one watches, ascending. A member watches each of its watchers, and
  /// those that are hidden between.
  [[nodiscard]] std::vector<target> watched_by(number x, const hidden_set& hidden) const;

private:
  struct place {
    std::uint64_t position;
    number who;
    auto operator<=>(const place&) const = default;
  };

  std::vector<net_id> members_;
  std::array<std::vector<place>, rings> by_ring_;         // ascending
  std::vector<std::array<std::uint32_t, rings>> places_;  // by number: the place on each ring
};

}  // namespace scalesmall
