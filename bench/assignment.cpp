#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "bench/stopwatch.hpp"
#include "tests/actors/assignment/plans.hpp"

// The time that a plan takes, the greatest load beside the fair share, and how much more moves than
// has to when a member joins or changes its capacity: means over ten clusters.

using namespace scalesmall;

namespace {

void report_time(std::size_t n, std::uint32_t slots, std::uint32_t replicas) {
  std::vector<plan_member> all;
  for (std::size_t i = 0; i < n; ++i)
    all.push_back(
        {{ip_address::v4(10, 0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)),
          29'999}});
  const auto ns = bench::best_ns([&] { bench::keep(plans::plan_of(all, replicas, slots)); });
  std::printf("case=time members=%zu slots=%u replicas=%u ms=%.1f\n", n, slots, replicas, ns / 1e6);
}

void report_movement(std::size_t n, std::uint32_t slots, std::uint32_t replicas,
                     std::uint32_t zones) {
  struct sum {
    std::size_t moved = 0;
    std::size_t least = 0;
    void count(const slot_plan& before, const slot_plan& after) {
      const auto x = plans::between(before, after);
      moved += x.moved;
      least += x.least;
    }
    double ratio() const { return least == 0 ? 1 : double(moved) / double(least); }
  };
  sum join, tenth, twice;
  double load = 0;
  for (std::uint8_t cluster = 0; cluster < 10; ++cluster) {
    const auto more = plans::members(cluster, n + 1, {100}, zones);
    const auto with_first = [&](std::uint32_t capacity) {
      std::vector<plan_member> all{more.begin(), more.end() - 1};
      all[0].capacity = capacity;
      return plans::plan_of(all, replicas, slots);
    };
    const auto plan = with_first(100);
    load = std::max(load, double(std::ranges::max(plan.loads())) * double(n) / slots / replicas);
    join.count(plan, plans::plan_of(more, replicas, slots));
    tenth.count(plan, with_first(110));
    twice.count(plan, with_first(200));
  }
  std::printf(
      "case=movement members=%zu slots=%u replicas=%u zones=%u load=%.3f join=%.3f tenth=%.3f "
      "twice=%.3f\n",
      n, slots, replicas, zones, load, join.ratio(), tenth.ratio(), twice.ratio());
}

}  // namespace

int main() {
  report_time(10, 1'024, 3);
  report_time(100, 1'024, 1);
  report_time(100, 1'024, 3);
  report_time(1'000, 4'096, 3);
  for (const std::size_t n : {3, 5, 10, 20, 50})
    for (const std::uint32_t replicas : {1, 2, 3}) report_movement(n, 1'024, replicas, 0);
  for (const std::uint32_t replicas : {1, 2, 3}) report_movement(50, 4'096, replicas, 0);
  for (const std::size_t n : {5, 9, 18, 48})
    for (const std::uint32_t replicas : {2, 3}) report_movement(n, 1'024, replicas, 3);
}
