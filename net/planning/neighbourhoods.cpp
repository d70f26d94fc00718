#include "net/planning/neighbourhoods.hpp"

#include <algorithm>

namespace scalesmall {

namespace {

constexpr std::size_t first_capacity = 64;
constexpr std::size_t word_bits = 64;

bool test(const std::vector<std::uint64_t>& bits, std::size_t at) noexcept {
  return (bits[at / word_bits] >> at % word_bits & 1) != 0;
}

void set(std::vector<std::uint64_t>& bits, std::size_t at) noexcept {
  bits[at / word_bits] |= std::uint64_t{1} << at % word_bits;
}

}  // namespace

void neighbourhoods::report(const net_id& hearer, const net_id& origin, std::uint64_t seqno) {
  if (hearer == origin) return;
  const auto row = find_or_add(hearer);
  const auto column = find_or_add(origin);
  if (!row || !column) return;
  auto& [present, before] = generations_;
  const auto newest = std::max(present.newest[*column], before.newest[*column]);
  if (newest > seqno && newest - seqno > seqno_window) return;
  present.newest[*column] = std::max(present.newest[*column], seqno);
  set(present.bits, *row * words() * word_bits + *column);
}

bool neighbourhoods::hears(const net_id& hearer, const net_id& origin) const {
  if (hearer == origin) return true;
  const auto row = find(hearer);
  const auto column = find(origin);
  return row && column && heard(*row, *column);
}

std::vector<multicast_unit> neighbourhoods::group(std::span<const net_id> peers) const {
  // A candidate hears a unit if its row covers the unit's members. The unit hears the candidate if
  // the candidate stands in the unit's common row. The second test is of one bit and fails for
  // most, so a thousand peers take about a million bit tests.
  struct unit_rows {
    std::size_t unit;
    std::vector<word> members;
    std::vector<word> common;
  };
  std::vector<multicast_unit> units;
  std::vector<unit_rows> open;
  for (const auto& id : peers) {
    const auto at = find(id);
    if (!at) {
      units.push_back({id});
      continue;
    }
    std::vector<word> row(words());
    for (std::size_t i = 0; i < words(); ++i) {
      row[i] = generations_[0].bits[*at * words() + i] | generations_[1].bits[*at * words() + i];
    }
    const auto fits = [&](const unit_rows& x) {
      if (!test(x.common, *at)) return false;
      for (std::size_t i = 0; i < row.size(); ++i) {
        if ((x.members[i] & ~row[i]) != 0) return false;
      }
      return true;
    };
    const auto found = std::find_if(open.begin(), open.end(), fits);
    if (found != open.end()) {
      units[found->unit].push_back(id);
      set(found->members, *at);
      for (std::size_t i = 0; i < row.size(); ++i) found->common[i] &= row[i];
    } else {
      std::vector<word> members(words());
      set(members, *at);
      open.push_back({units.size(), std::move(members), std::move(row)});
      units.push_back({id});
    }
  }
  return units;
}

void neighbourhoods::rotate() {
  std::swap(generations_[0], generations_[1]);
  auto& present = generations_[0];
  auto& before = generations_[1];
  std::fill(present.bits.begin(), present.bits.end(), 0);
  std::fill(present.newest.begin(), present.newest.end(), 0);

  std::vector<word> named(words());  // the peers in any report that is left, as hearer or as origin
  for (const auto& peer : slots_) {
    for (std::size_t i = 0; i < words(); ++i) {
      const auto bits = before.bits[peer.row * words() + i];
      named[i] |= bits;
      if (bits != 0) set(named, peer.row);
    }
  }
  std::erase_if(slots_, [&](const peer& x) {
    if (test(named, x.row)) return false;
    before.newest[x.row] = 0;
    free_.push_back(x.row);
    return true;
  });
}

bool neighbourhoods::heard(slot hearer, slot origin) const noexcept {
  const auto at = hearer * words() * word_bits + origin;
  return test(generations_[0].bits, at) || test(generations_[1].bits, at);
}

std::optional<neighbourhoods::slot> neighbourhoods::find(const net_id& id) const {
  const auto at = std::lower_bound(slots_.begin(), slots_.end(), id,
                                   [](const peer& x, const net_id& y) { return x.id < y; });
  if (at == slots_.end() || at->id != id) return std::nullopt;
  return at->row;
}

std::optional<neighbourhoods::slot> neighbourhoods::find_or_add(const net_id& id) {
  const auto at = std::lower_bound(slots_.begin(), slots_.end(), id,
                                   [](const peer& x, const net_id& y) { return x.id < y; });
  if (at != slots_.end() && at->id == id) return at->row;
  if (slots_.size() == peers_max) return std::nullopt;
  const auto position = at - slots_.begin();
  if (free_.empty()) grow();
  const auto row = free_.back();
  free_.pop_back();
  slots_.insert(slots_.begin() + position, {id, row});
  return row;
}

void neighbourhoods::grow() {
  const auto old_words = words();
  const auto old_capacity = capacity_;
  capacity_ = std::max(first_capacity, capacity_ * 2);
  for (auto& [bits, newest] : generations_) {
    std::vector<word> wider(capacity_ * words());
    for (std::size_t row = 0; row < old_capacity; ++row) {
      std::copy_n(bits.begin() + static_cast<std::ptrdiff_t>(row * old_words), old_words,
                  wider.begin() + static_cast<std::ptrdiff_t>(row * words()));
    }
    bits = std::move(wider);
    newest.resize(capacity_);
  }
  for (auto row = capacity_; row > old_capacity; --row) free_.push_back(static_cast<slot>(row - 1));
}

}  // namespace scalesmall
