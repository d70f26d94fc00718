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
};

std::vector<edge> edges_of(const std::vector<range_owner>& owners) {
  std::vector<edge> edges;
  edges.reserve(2 * owners.size());
  for (const auto& x : owners) {
    edges.push_back({x.range.start_range, +1, x.member});
    edges.push_back({std::uint64_t{x.range.end_range} + 1, -1, x.member});
  }
  std::ranges::sort(edges, {}, &edge::at);
  return edges;
}

}  // namespace

coverage::coverage(routing_index index) : index_(std::move(index)) {
  std::unordered_map<net_id, std::uint32_t> ranges;  // at this key, by member
  std::uint64_t begin = 0;
  const auto close_piece = [&](std::uint64_t end) {
    if (begin == end) return;
    pieces_.push_back(
        {{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - 1)}, ranges.size()});
    begin = end;
  };
  for (const auto& [at, change, member] : edges_of(index_.all())) {
    close_piece(at);
    const auto n = ranges.try_emplace(member).first;
    n->second += static_cast<std::uint32_t>(change);
    if (n->second == 0) ranges.erase(n);
  }
  close_piece(keys_end);
}

std::vector<key_range> coverage::gaps() const {
  std::vector<key_range> found;
  for (const auto& x : pieces_) {
    if (x.members == 0) found.push_back(x.range);
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
