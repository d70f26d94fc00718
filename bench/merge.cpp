#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <utility>
#include <vector>

#include "bench/stopwatch.hpp"
#include "messages/timed_set.hpp"

// The cost to merge two sorted sets of 2,000 items, per item of all 4,000. Each merge works on a
// fresh copy of the first set; the copying is not measured.

using namespace scalesmall;

namespace {

constexpr std::uint32_t items_each = 2'000;

/// Item i, where each member has two items.
timed_item claim(std::uint32_t i, std::uint32_t counter) {
  const net_id member{ip_address::v4(10, 0, static_cast<std::uint8_t>(i / 2 >> 8),
                                     static_cast<std::uint8_t>(i / 2)),
                      29999};
  return {{member, {i % 2 * 1'000, 999 + i % 2 * 1'000}, op::add, 11223}, {1, counter}};
}

/// Every `step`-th item, beginning with item `first`.
timed_set claims(std::uint32_t first, std::uint32_t step, std::uint32_t counter) {
  std::vector<timed_item> items;
  for (std::uint32_t i = 0; i < items_each; ++i) items.push_back(claim(first + i * step, counter));
  return timed_set::from_sorted(std::move(items)).value();
}

void report(const char* name, const timed_set& into, const timed_set& other) {
  auto best = std::numeric_limits<double>::max();
  for (int round = 0; round < 5'000; ++round) {
    auto x = into;
    best = std::min(best, bench::elapsed_ns([&] { bench::keep(x.merge(other)); }));
  }
  std::printf("case=%s items=%u ns_per_item=%.2f\n", name, 2 * items_each, best / (2 * items_each));
}

}  // namespace

int main() {
  const auto even = claims(0, 2, 1);
  report("disjoint", even, claims(1, 2, 1));
  report("equal_keys_newer", even, claims(0, 2, 2));
  report("identical", even, claims(0, 2, 1));
  report("apart", claims(0, 1, 1), claims(items_each, 1, 1));
}
