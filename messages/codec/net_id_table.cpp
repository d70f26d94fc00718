#include "messages/codec/net_id_table.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "messages/codec/column.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

namespace {

/// Subtracted from the low half of an address: of an IPv4 address its 32 bits remain.
constexpr std::uint64_t v4_mapped = 0xffff'0000'0000;

bool ascend(const std::vector<net_id>& ids) {
  return std::ranges::adjacent_find(ids, std::greater_equal{}) == ids.end();
}

}  // namespace

net_id_table::net_id_table(std::vector<net_id> ids) : ids_(std::move(ids)), epochs_(ids_.size()) {
  if (!ascend(ids_)) throw std::invalid_argument{"net_ids out of order"};
}

std::size_t net_id_table::search(const net_id& x, std::size_t from) const {
  const auto start = ids_.begin() + static_cast<std::ptrdiff_t>(from);
  const auto found = std::lower_bound(start, ids_.end(), x);
  if (found == ids_.end() || *found != x) {
    throw std::invalid_argument{"ids out of order: " + to_string(x)};
  }
  return static_cast<std::size_t>(found - ids_.begin());
}

void net_id_table::fill_epochs() {
  if (epochs_.empty()) return;
  std::ranges::replace(epochs_, 0U, std::ranges::max(epochs_));
}

void net_id_table::write(byte_writer& out) const {
  std::vector<std::uint64_t> column(size());
  const auto write = [&](const auto& of) {
    for (std::size_t i = 0; i < size(); ++i) column[i] = of(i);
    write_column(out, column);
  };
  out.varint(size());
  write([&](std::size_t i) { return ids_[i].address.high(); });
  write([&](std::size_t i) { return ids_[i].address.low() - v4_mapped; });
  write([&](std::size_t i) { return ids_[i].port; });
  write([&](std::size_t i) { return epochs_[i]; });
}

net_id_table net_id_table::read(byte_reader& in, std::size_t ids_max) {
  net_id_table x;
  std::vector<std::uint64_t> high(in.count(std::min(ids_max, limits::net_ids_max), 0));
  std::vector<std::uint64_t> column(high.size());
  x.ids_.resize(high.size());
  x.epochs_.resize(high.size());
  read_column(in, high);
  read_column(in, column);
  for (std::size_t i = 0; i < high.size(); ++i) {
    x.ids_[i].address = ip_address::from_halves(high[i], column[i] + v4_mapped);
  }
  read_column(in, column, 16);
  for (std::size_t i = 0; i < high.size(); ++i)
    x.ids_[i].port = static_cast<std::uint16_t>(column[i]);
  read_column(in, column, 32);
  for (std::size_t i = 0; i < high.size(); ++i)
    x.epochs_[i] = static_cast<std::uint32_t>(column[i]);
  if (!ascend(x.ids_)) in.fail(fault::not_sorted);
  return x;
}

void net_id_union::add(std::vector<net_id> run) {
  run.erase(std::unique(run.begin(), run.end()), run.end());
  runs_.push_back(std::move(run));
  // Each run on the stack is at least twice as long as the next, so an id is moved O(log n) times.
  while (runs_.size() >= 2 && runs_[runs_.size() - 2].size() < 2 * runs_.back().size())
    unite_last_two();
}

std::vector<net_id> net_id_union::take() {
  while (runs_.size() >= 2) unite_last_two();
  if (runs_.empty()) return {};
  auto all = std::move(runs_.front());
  runs_.clear();
  return all;
}

void net_id_union::unite_last_two() {
  const auto last = std::move(runs_.back());
  runs_.pop_back();
  auto& before = runs_.back();
  std::vector<net_id> both;
  both.reserve(before.size() + last.size());
  std::ranges::set_union(before, last, std::back_inserter(both));
  before = std::move(both);
}

}  // namespace scalesmall
