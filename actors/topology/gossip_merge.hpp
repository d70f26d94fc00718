#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "actors/topology/gossip_slices.hpp"
#include "actors/topology/merge_outcome.hpp"
#include "actors/topology/topology_table.hpp"

namespace scalesmall {

/// Merges the rows of one gossip into a topology table, slice by slice, so that the table's owner
/// can do other things between the slices of a long gossip. Not thread-safe.
class gossip_merge {
public:
  explicit gossip_merge(std::shared_ptr<const gossip> whole);

  struct step {
    bool done = false;  ///< nothing is left to merge
    /// Rows to announce, since others hold false ones of this node. They are told once for a whole
    /// gossip, and once a second at most: then topology_table::is_accused() stays true.
    std::vector<row_mark> own_truth{};
    std::uint32_t refused = 0;  ///< rows and claims over a limit
    /// The first clock of a member that started, by its word, too far in the future.
    std::optional<local_clock> impossible{};
  };

  /// Merges the next slice; all of a gossip that needs no slicing.
  /// @param clock what the wall clock of this node shows, since 1970
  [[nodiscard]] step next(topology_table& table, std::chrono::seconds clock);

  /// What is merged.
  [[nodiscard]] const gossip& content() const noexcept { return *whole_; }

  /// What all steps until now did.
  [[nodiscard]] merge_outcome& outcome() noexcept { return outcome_; }

private:
  /// Rows of former lives that one step drops at most.
  static constexpr std::size_t dropped_rows_max = 1'000;

  void merge(topology_table& table, const message& rows, step& made);

  std::shared_ptr<const gossip> whole_;
  gossip_slices slices_;
  bool sliced_;
  bool merged_ = false;  // all of it
  merge_outcome outcome_;
};

}  // namespace scalesmall
