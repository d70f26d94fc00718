#pragma once

#include <compare>
#include <optional>
#include <scalesmall/local_clock.hpp>
#include <span>
#include <string>
#include <vector>

namespace scalesmall {

/// The newest known clock of each member of a group: a version vector. Merging takes the maximum
/// per member, so this is a join-semilattice.
class world_clock {
public:
  world_clock() = default;
  world_clock(std::initializer_list<local_clock> clocks);

  /// Takes over clocks that ascend strictly by member; fault::not_sorted if they do not. Linear
  /// time.
  [[nodiscard]] static result<world_clock> from_sorted(std::vector<local_clock> clocks);

  /// Moves a member's clock forward. False, without a change, if the known clock is at least as
  /// late.
  bool advance(const local_clock& x);

  /// Removes a member; false if it is not known.
  bool erase(const net_id& member);

  /// Takes the later clock of each member; true if any clock moved.
  bool merge(const world_clock& other);

  /// The clock of a member; nothing if it is not known. Logarithmic time.
  [[nodiscard]] std::optional<stamp> at(const net_id& member) const;

  /// All clocks, ascending by member, each member once.
  [[nodiscard]] std::span<const local_clock> clocks() const noexcept { return clocks_; }
  [[nodiscard]] bool empty() const noexcept { return clocks_.empty(); }

  friend auto operator<=>(const world_clock&, const world_clock&) = default;

private:
  std::vector<local_clock> clocks_;
};

/// "[a:1@5.0 b:1@7.3]".
[[nodiscard]] std::string to_string(const world_clock& x);

}  // namespace scalesmall
