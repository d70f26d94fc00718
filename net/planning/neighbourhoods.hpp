#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <scalesmall/net_id.hpp>
#include <span>
#include <utility>
#include <vector>

#include "net/planning/broadcast_plan.hpp"

namespace scalesmall {

/// Who hears whose multicast, as far as the peers' gossips tell: a gossip lists the broadcasts that
/// its sender has heard. A report is forgotten between one and two rotations after it was last
/// made, so the caller's rotations set how long a peer that has gone deaf counts as hearing. Holds
/// two bits for each pair of peers and at most peers_max peers; whom it has no room for counts as
/// hearing nobody, which costs TCP messages and nothing else. Not thread-safe.
class neighbourhoods {
public:
  static constexpr std::size_t peers_max = 2'048;

  /// A report counts only if its number is within this many of the newest one known of its origin:
  /// who still lists an older one has stopped to hear.
  static constexpr std::uint64_t seqno_window = 64;

  /// The hearer says it has heard this broadcast of the origin by multicast.
  void report(const net_id& hearer, const net_id& origin, std::uint64_t seqno);

  /// Whether a report of it is still fresh. Nobody needs to be told that it hears itself: true for
  /// equal ids.
  [[nodiscard]] bool hears(const net_id& hearer, const net_id& origin) const;

  /// Cuts these peers into units whose members all hear each other; who is in none is a unit alone.
  /// Each peer stands in exactly one unit. A peer joins the first unit that fits, so the units are
  /// good, not the fewest possible.
  [[nodiscard]] std::vector<multicast_unit> group(std::span<const net_id> peers) const;

  /// Begins a new generation of reports and forgets the one before the last, with the peers only it
  /// knew.
  void rotate();

  [[nodiscard]] std::size_t size() const noexcept { return slots_.size(); }

private:
  using word = std::uint64_t;
  using slot = std::uint32_t;

  struct peer {
    net_id id;
    slot row;
  };

  [[nodiscard]] std::optional<slot> find(const net_id& id) const;
  [[nodiscard]] std::optional<slot> find_or_add(const net_id& id);
  void grow();
  [[nodiscard]] std::size_t words() const noexcept { return (capacity_ + 63) / 64; }
  [[nodiscard]] bool heard(slot hearer, slot origin) const noexcept;

  /// Two generations of one bit matrix (a row for each hearer, a column for each origin) and of the
  /// newest numbers.
  struct generation {
    std::vector<word> bits;
    std::vector<std::uint64_t> newest;  ///< per origin; 0 for none
  };

  std::vector<peer> slots_;  ///< sorted by id
  std::vector<slot> free_;
  std::size_t capacity_ = 0;
  std::array<generation, 2> generations_;  ///< the present one and the one before
};

}  // namespace scalesmall
