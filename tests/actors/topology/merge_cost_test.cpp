// What one gossip costs a node whose tables are full of honest rows.

#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "actors/topology/gossip_merge.hpp"
#include "tests/actors/tables.hpp"
#include "tests/sanitized.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

namespace {

#if defined(__OPTIMIZE__)
constexpr double slowness = is_sanitized ? 100 : 4;  // coverage, assertions, another machine
#else
constexpr double slowness = is_sanitized ? 100 : 20;
#endif

constexpr double step_ms_max = 50 * slowness;
constexpr double part_ms_max = 5 * slowness;

double cpu_ms() {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

/// Merges a gossip; the longest step and all steps, in milliseconds of processor time. A step ends
/// when its rows could be published.
std::pair<double, double> cost_of(topology_table& t, std::vector<message> rows) {
  gossip_merge merge{
      std::make_shared<const gossip>(gossip{{nth(9), 7}, {}, {}, {}, std::move(rows), {}})};
  double longest = 0;
  double all = 0;
  for (bool done = false; !done;) {
    const auto before = cpu_ms();
    done = merge.next(t, 0s).done;
    (void)t.state();
    const auto took = cpu_ms() - before;
    longest = std::max(longest, took);
    all += took;
  }
  return {longest, all};
}

std::string group(std::uint32_t n) { return "g" + std::to_string(10'000 + n); }

/// A row of n claims that begin at a key.
message claims(std::uint32_t first, std::uint32_t n, stamp at) {
  std::vector<timed_item> all;
  for (std::uint32_t i = 0; i < n; ++i)
    all.push_back(add(nth(2), at, {first + 2 * i, first + 2 * i}));
  return {"g", {{nth(2), at}}, timed_set::from_sorted(std::move(all)).value()};
}

double merge_before(std::uint32_t n) {
  auto t = table_of(1);
  (void)t.join("g");
  (void)cost_of(t, {claims(1U << 30, n, {5, 1})});
  auto behind = claims(1, n, {5, 9});
  behind.since.advance({nth(2), {5, 5}});
  const auto [longest, all] = cost_of(t, {behind});
  MESSAGE(n, " claims before as many others: ", longest, " ms in the longest step");
  return longest;
}

/// 20 members with a row in each of these groups.
topology_table full_table(std::uint32_t groups) {
  auto t = table_of(1);
  for (std::uint32_t g = 0; g < groups; ++g) {
    message rows{group(g), {}, {}};
    for (std::uint8_t n = 2; n < 22; ++n) {
      rows.time.advance({nth(n), {5, 0}});
      rows.items.put(add(nth(n), {5, 0}, {n, n}));
    }
    (void)apply(t, rows);
  }
  return t;
}

}  // namespace

TEST_CASE("claims that are put before others take linear time") {
  const auto one = merge_before(10'000);
  const auto four = merge_before(40'000);
  CHECK(four < 10 * one + 1);
  CHECK(four < step_ms_max);
}

TEST_CASE("a change of a large row is cheap") {
  auto t = table_of(1);
  (void)cost_of(t, {claims(1, 40'000, {5, 1})});
  const auto [longest, all] = cost_of(
      t, {{"g", {{nth(2), {5, 2}}}, {add(nth(2), {5, 2}, {9, 9}, 81)}, {{nth(2), {5, 1}}}}});
  MESSAGE("one change of 40,000 claims: ", longest, " ms");
  CHECK(longest < step_ms_max / 4);
}

TEST_CASE("new lives of members in many groups are merged in short steps") {
  auto t = full_table(1'000);
  message lives{"new", {}, {}};
  for (std::uint8_t n = 2; n < 22; ++n) lives.time.advance({nth(n), {6, 0}});
  const auto [longest, all] = cost_of(t, {lives});
  MESSAGE("20 new lives with 20,000 rows: ", longest, " ms in the longest step, ", all, " in all");
  CHECK(longest < step_ms_max);
  CHECK(groups(t.state()).size() == 1);
}

TEST_CASE("lies about this node in thousands of groups cost one refutation") {
  auto t = full_table(1'000);
  for (std::uint32_t g = 0; g < 1'000; ++g) (void)t.join(group(g));
  std::vector<message> lies;
  for (std::uint32_t g = 0; g < 4'000; ++g)
    lies.push_back({group(g), {{nth(1), {life + 1 + g, 0}}}, {}});
  const auto [longest, all] = cost_of(t, lies);
  MESSAGE("4,000 lies: ", longest, " ms in the longest step, ", all, " in all");
  CHECK(longest < step_ms_max);
  CHECK(t.state().incarnation == life + 4'001);
}

TEST_CASE("what is answered to a digest is made in short parts") {
  auto t = full_table(4'000);
  (void)t.state();  // indexes its groups
  const digest nothing{exchange::request, {}, true};
  std::size_t rows = 0;
  std::size_t parts = 0;
  double longest = 0;
  for (std::optional<answer_position> next{answer_position{}}; next; ++parts) {
    const auto before = cpu_ms();
    auto [reply, rest] = reply_part(t.state(), nothing, nth(9), *next);
    longest = std::max(longest, cpu_ms() - before);
    for (const auto& x : reply.rows) rows += x.time.clocks().size();
    next = std::move(rest);
  }
  MESSAGE("an answer of 80,000 rows: ", longest, " ms in the longest of ", parts, " parts");
  CHECK(rows == 80'000);
  CHECK(parts >= 8);
  CHECK(longest < part_ms_max);
}

TEST_CASE("a look whether there is something to answer ends at the first difference") {
  auto t = full_table(4'000);
  (void)t.state();  // indexes its groups
  const digest nothing{exchange::request, {}, true};
  const auto before = cpu_ms();
  CHECK_FALSE(agrees(t.state(), nothing, nth(9)));
  const auto look = cpu_ms() - before;
  MESSAGE("a look whether there is an answer of 80,000 rows: ", look, " ms");
  CHECK(look < slowness);
}
