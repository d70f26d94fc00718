#pragma once

#include <compare>
#include <optional>
#include <scalesmall/local_clock.hpp>
#include <span>
#include <string>
#include <vector>

namespace scalesmall {

/// The newest clock known of each member of a group: a version vector. Merging takes the maximum
/// per member, which makes it a join-semilattice.
class world_clock {
public:
  world_clock() = default;
  world_clock(std::initializer_list<local_clock> clocks);

  /// Takes over clocks that already ascend strictly by member; fault::not_sorted if they do not.
  /// Linear.
  [[nodiscard]] static result<world_clock> from_sorted(std::vector<local_clock> clocks);

  /// Moves a member's clock forward; false (and no change) if what is known is not older.
  bool advance(const local_clock& x);

  /// Forgets a member; false if it was not known.
  bool erase(const net_id& member);

  /// True if anything moved.
  bool merge(const world_clock& other);

  [[nodiscard]] std::optional<stamp> at(const net_id& member) const;

  /// Ascending by member, each member once.
  [[nodiscard]] std::span<const local_clock> clocks() const noexcept { return clocks_; }
  [[nodiscard]] bool empty() const noexcept { return clocks_.empty(); }

  friend auto operator<=>(const world_clock&, const world_clock&) = default;

private:
  std::vector<local_clock> clocks_;
};

/// "[a:1@5.0 b:1@7.3]".
[[nodiscard]] std::string to_string(const world_clock& x);

}  // namespace scalesmall
