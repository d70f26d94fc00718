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

/// Which peers hear which others by multicast, as far as gossips tell: a gossip lists the
/// broadcasts that its sender has heard. A report is forgotten between one and two rotations after
/// it was last made. So the interval of rotations determines how long a peer that has gone deaf
/// counts as hearing. Holds two bits for each pair of peers, and at most peers_max peers. A peer
/// beyond that counts as hearing nobody, which costs TCP messages and nothing else. Not
/// thread-safe.
class neighbourhoods {
public:
  static constexpr std::size_t peers_max = 2'048;

  /// A report counts only if its number is within this distance of the newest one known of its
  /// origin. A peer that still lists an older number no longer hears the origin.
  static constexpr std::uint64_t seqno_window = 64;

  /// Notes that the hearer has heard this broadcast of the origin by multicast.
  void report(const net_id& hearer, const net_id& origin, std::uint64_t seqno);

  /// Whether a fresh report says that the hearer hears the origin. True for equal ids, because no
  /// node has to be told its own news.
  [[nodiscard]] bool hears(const net_id& hearer, const net_id& origin) const;

  /// Divides these peers into units whose members all hear each other; a peer that fits no other
  /// unit is a unit of its own. Each peer stands in exactly one unit. Greedy: a peer joins the
  /// first unit that fits, so there may be more units than necessary.
  [[nodiscard]] std::vector<multicast_unit> group(std::span<const net_id> peers) const;

  /// Begins a new generation of reports. Forgets the generation before the last, and the peers that
  /// only it named.
  void rotate();

  /// The number of peers that a report names.
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

  /// The reports of one generation: a bit matrix, with a row for each hearer and a column for each
  /// origin, and the newest numbers.
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
