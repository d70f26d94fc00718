#include <algorithm>
#include <iterator>
#include <scalesmall/coverage.hpp>
#include <unordered_map>
#include <utility>

namespace scalesmall {

namespace {

constexpr std::uint64_t keys_end = std::uint64_t{1} << 32;

/// The beginning of a range (+1), or the key after its end (-1).
struct edge {
  std::uint64_t at;
  std::int32_t change;
  net_id member;
  bool reachable;
};

void append_edges(const routing_index& owners, bool reachable, std::vector<edge>& edges) {
  edges.reserve(edges.size() + 2 * owners.size());
  for (const auto& x : owners.all()) {
    edges.push_back({x.range.start_range, +1, x.member, reachable});
    edges.push_back({std::uint64_t{x.range.end_range} + 1, -1, x.member, reachable});
  }
}

/// The number of ranges that each member serves at one key.
using range_counts = std::unordered_map<net_id, std::uint32_t>;

}  // namespace

coverage::coverage(routing_index index, routing_index unreachable)
    : index_(std::move(index)), unreachable_(std::move(unreachable)) {
  std::vector<edge> edges;
  append_edges(index_, true, edges);
  append_edges(unreachable_, false, edges);
  std::ranges::sort(edges, {}, &edge::at);
  range_counts present;
  range_counts missing;
  std::uint64_t begin = 0;
  const auto close_piece = [&](std::uint64_t end) {
    if (begin == end) return;
    pieces_.push_back({{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - 1)},
                       present.size(),
                       missing.size()});
    begin = end;
  };
  for (const auto& [at, change, member, reachable] : edges) {
    close_piece(at);
    auto& ranges = reachable ? present : missing;
    const auto n = ranges.try_emplace(member).first;
    n->second += static_cast<std::uint32_t>(change);
    if (n->second == 0) ranges.erase(n);
  }
  close_piece(keys_end);
}

std::vector<key_range> coverage::gaps() const {
  std::vector<key_range> found;
  for (const auto& x : pieces_) {
    if (x.members == 0 && x.unreachable == 0) found.push_back(x.range);
  }
  return found;
}

std::vector<key_range> coverage::unreachable() const {
  std::vector<key_range> found;
  for (const auto& x : pieces_) {
    if (x.members == 0 && x.unreachable != 0) found.push_back(x.range);
  }
  return found;
}

std::vector<coverage_piece> coverage::overlaps() const {
  std::vector<coverage_piece> found;
  std::ranges::copy_if(pieces_, std::back_inserter(found),
                       [](const auto& x) { return x.members > 1; });
  return found;
}

std::uint64_t coverage::keys_served() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& x : pieces_) {
    if (x.members > 0) sum += std::uint64_t{x.range.end_range} - x.range.start_range + 1;
  }
  return sum;
}

}  // namespace scalesmall
