#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <scalesmall/net_id.hpp>
#include <utility>
#include <vector>

#include "messages/codec/byte_stream.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

/// The net_ids of one frame, ascending, each once. Everything else in the frame refers to them by
/// position. Each id has an epoch: the greatest incarnation that the frame mentions for it.
/// Elsewhere an incarnation is stored as its distance below the epoch, which is nearly always 0.
///
/// Stored as four columns; see docs/wire-format.md, "Section 1".
class net_id_table {
public:
  net_id_table() = default;

  /// Makes a table of strictly ascending ids, all with epoch 0. Throws std::invalid_argument if the
  /// ids do not ascend.
  explicit net_id_table(std::vector<net_id> ids);

  [[nodiscard]] std::size_t size() const noexcept { return ids_.size(); }
  [[nodiscard]] const net_id& operator[](std::size_t position) const { return ids_[position]; }
  [[nodiscard]] std::uint32_t epoch(std::size_t position) const { return epochs_[position]; }

  /// The position of x, searched from `from` on. Constant time if x stands there or right after,
  /// logarithmic otherwise. Throws std::invalid_argument if x does not stand there or later.
  [[nodiscard]] std::size_t position_of(const net_id& x, std::size_t from) const {
    if (from < ids_.size() && ids_[from] == x) return from;
    if (from + 1 < ids_.size() && ids_[from + 1] == x) return from + 1;
    return search(x, from);
  }

  /// Raises the epoch at a position to at least this incarnation.
  void mention(std::size_t position, std::uint32_t incarnation) {
    epochs_[position] = std::max(epochs_[position], incarnation);
  }

  /// Gives the ids without an incarnation the greatest epoch of all, because a column of similar
  /// numbers is short.
  void fill_epochs();

  void write(byte_writer& out) const;

  /// Reads a table. Ids that do not ascend strictly are fault::not_sorted; more than `ids_max` or
  /// limits::net_ids_max are fault::limit_exceeded. The fault is recorded in `in`.
  [[nodiscard]] static net_id_table read(byte_reader& in,
                                         std::size_t ids_max = limits::net_ids_max);

private:
  [[nodiscard]] std::size_t search(const net_id& x, std::size_t from) const;

  std::vector<net_id> ids_;
  std::vector<std::uint32_t> epochs_;
};

/// Unites ascending lists of net_ids. A merge sort, whose runs shrink where lists share ids.
class net_id_union {
public:
  /// Adds the ids that id_of returns for the entries. They must ascend; they may repeat.
  template <class List, class IdOf>
  void add(const List& list, IdOf id_of) {
    if (last_holds_all(list, id_of)) return;
    std::vector<net_id> run(list.size());
    std::ranges::transform(list, run.begin(), id_of);
    add(std::move(run));
  }

  /// All ids, ascending, each once. Leaves the union empty.
  [[nodiscard]] std::vector<net_id> take();

private:
  /// Whether the last run already holds all ids of the list. Most lists of a gossip name the same
  /// nodes, and this check is cheaper than uniting them.
  template <class List, class IdOf>
  [[nodiscard]] bool last_holds_all(const List& list, IdOf id_of) const {
    if (runs_.empty()) return false;
    auto known = runs_.back().begin();
    const auto end = runs_.back().end();
    return std::ranges::all_of(list, [&](const auto& entry) {
      const net_id& id = id_of(entry);
      while (known != end && *known < id) ++known;
      return known != end && *known == id;
    });
  }

  void add(std::vector<net_id> run);
  void unite_last_two();

  std::vector<std::vector<net_id>> runs_;
};

}  // namespace scalesmall
