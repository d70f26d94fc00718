#include "actors/assignment/slot_plan.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "net/rng.hpp"
#include "tests/actors/assignment/plans.hpp"
#include "tests/actors/names.hpp"

using namespace scalesmall;

namespace {

std::string refusal(std::vector<plan_member> members, const plan_settings& settings) {
  const auto plan = slot_plan::make(std::move(members), settings);
  return plan ? "" : plan.error().text;
}

/// The last digits of the owners, slot by slot.
std::string owners_of(const slot_plan& plan) {
  std::string text;
  for (std::uint32_t slot = 0; slot < plan.settings().slots; ++slot) {
    if (slot > 0) text += ' ';
    for (const auto x : plan.owners(slot))
      text += static_cast<char>('0' + plan.members()[x].id.address.bytes[15]);
  }
  return text;
}

/// The greatest load, less one slot, in parts of the fair share of a cluster in which no member and
/// no zone is so large that the others must take over from it.
double worst_load(const slot_plan& plan) {
  double capacity = 0;
  for (const auto& x : plan.members()) capacity += x.capacity;
  double worst = 0;
  for (std::size_t i = 0; i < plan.members().size(); ++i) {
    const auto fair = static_cast<double>(plan.members()[i].capacity) / capacity *
                      plan.settings().replicas * plan.settings().slots;
    worst = std::max(worst, (plan.loads()[i] - 1.0) / fair);
  }
  return worst;
}

/// The ratio of what moves to what has to, over several clusters.
class excess {
public:
  void count(const slot_plan& before, const slot_plan& after) {
    const auto x = plans::between(before, after);
    moved_ += static_cast<double>(x.moved);
    least_ += static_cast<double>(x.least);
  }
  [[nodiscard]] double ratio() const { return least_ == 0 ? 1 : moved_ / least_; }

private:
  double moved_ = 0;
  double least_ = 0;
};

void check_rules(const slot_plan& plan) {
  std::set<std::uint32_t> zones;
  std::size_t alone = 0;
  for (const auto& x : plan.members()) x.zone == 0 ? void(++alone) : void(zones.insert(x.zone));
  const auto wanted = std::size_t{plan.settings().replicas};
  std::size_t sharing = 0;
  std::vector<std::uint32_t> loads(plan.members().size());
  for (std::uint32_t slot = 0; slot < plan.settings().slots; ++slot) {
    const auto owners = plan.owners(slot);
    REQUIRE(owners.size() == std::min(wanted, plan.members().size()));
    CHECK(std::set(owners.begin(), owners.end()).size() == owners.size());
    std::multiset<std::uint32_t> of_owners;
    for (const auto x : owners) {
      ++loads[x];
      if (plan.members()[x].zone != 0) of_owners.insert(plan.members()[x].zone);
    }
    sharing +=
        std::size_t{std::ranges::any_of(of_owners, [&](auto x) { return of_owners.count(x) > 1; })};
  }
  CHECK(loads == plan.loads());
  CHECK(plan.slots_sharing_zones() == sharing);
  if (zones.size() + alone >= wanted) CHECK(sharing == 0);
  CHECK(plan.replicas_missing() == wanted - std::min(wanted, plan.members().size()));
}

}  // namespace

TEST_CASE("the only member owns every slot") {
  const auto plan = plans::plan_of(plans::members(1, 1), 1, 4);
  CHECK(plan.loads() == std::vector<std::uint32_t>{4});
  CHECK(owners_of(plan) == "0 0 0 0");
}

TEST_CASE("without members there is a plan without owners") {
  const auto plan = plans::plan_of({}, 2, 4);
  CHECK(plan.owners(3).empty());
  CHECK(plan.replicas_missing() == 2);
}

TEST_CASE("owners are those of the specification") {
  const std::vector<plan_member> weighted{
      {names::nth(1), 0, 1}, {names::nth(2), 0, 2}, {names::nth(3), 0, 4}};
  CHECK(owners_of(plans::plan_of(weighted, 2, 16)) ==
        "32 32 13 13 12 12 31 13 32 23 32 23 32 32 32 32");
  const std::vector<plan_member> zones{
      {names::nth(1), 1, 1}, {names::nth(2), 1, 2}, {names::nth(3), 2, 1}, {names::nth(4), 3, 3}};
  CHECK(owners_of(plans::plan_of(zones, 3, 16)) ==
        "243 423 413 413 413 143 413 143 243 243 234 243 432 243 234 342");
}

TEST_CASE("the order of the members does not matter") {
  auto members = plans::members(1, 9, {1, 2, 4}, 3);
  const auto plan = plans::plan_of(members, 3, 64);
  std::ranges::reverse(members);
  CHECK(owners_of(plans::plan_of(members, 3, 64)) == owners_of(plan));
}

TEST_CASE("slots divide the keys evenly") {
  const auto plan = plans::plan_of(plans::members(1, 1), 1, 1'024);
  CHECK(plan.range_of(0) == key_range{0, 0x003f'ffff});
  CHECK(plan.range_of(1'023) == key_range{0xffc0'0000, UINT32_MAX});
  for (const std::uint32_t slot : {0, 1, 511, 1'023}) {
    CHECK(plan.slot_of(plan.range_of(slot).start_range) == slot);
    CHECK(plan.slot_of(plan.range_of(slot).end_range) == slot);
  }
  CHECK(plans::plan_of({}, 1, 1).range_of(0) == whole_range);
}

TEST_CASE("settings and members out of bounds are refused") {
  const auto one = plans::members(1, 1);
  CHECK(refusal(one, {1, 1}).empty());
  CHECK(refusal(one, {0, 1}) == "replicas 0: not 1 to 255");
  CHECK(refusal(one, {300, 1}) == "replicas 300: not 1 to 255");
  CHECK(refusal(one, {1, 0}) == "slots 0: not 1 to 4096");
  CHECK(refusal(one, {1, 1'000}) == "slots 1000: not a power of two");
  CHECK(refusal(one, {1, 8'192}) == "slots 8192: not 1 to 4096");
  CHECK(refusal(plans::members(1, 1, {0}), {1, 1}) ==
        "capacity of 10.1.0.0:29999 0: not 1 to 65535");
  CHECK(refusal(plans::members(1, 1, {65'536}), {1, 1}) ==
        "capacity of 10.1.0.0:29999 65536: not 1 to 65535");
  CHECK(refusal({one[0], {one[0].id, 7, 9}}, {1, 1}) == "10.1.0.0:29999 is there twice");
  std::vector<plan_member> many;
  for (std::uint16_t port = 1; port <= 4'097; ++port) many.push_back({{one[0].id.address, port}});
  CHECK(refusal(many, {1, 1}) == "4097 members: more than 4096");
}

TEST_CASE("the largest settings and capacities give a plan") {
  std::vector<plan_member> many;
  const auto address = plans::nth(1, 1).address;
  for (std::uint16_t port = 1; port <= 4'096; ++port) many.push_back({{address, port}, 0, 65'535});
  const auto plan = plans::plan_of(many, 255, 16);
  CHECK(std::ranges::max(plan.loads()) <= 3);  // fair: 255 / 256
  check_rules(plan);
}

TEST_CASE("no slot has a member twice, and zones are kept where there are enough") {
  rng random{18};
  for (int round = 0; round < 150; ++round) {
    const auto n = random.between(1, 12);
    const auto zones = random.between(0, 4);
    std::vector<plan_member> members;
    for (std::uint8_t i = 0; i < n; ++i)
      members.push_back(
          {plans::nth(static_cast<std::uint8_t>(round), i),
           static_cast<std::uint32_t>(random.between(0, zones)),
           static_cast<std::uint32_t>(random.chance(0.5) ? random.between(1, 3)
                                                         : random.between(1, 65'535))});
    check_rules(plans::plan_of(members, static_cast<std::uint32_t>(random.between(1, 5)),
                               std::uint32_t{1} << random.between(0, 8)));
  }
}

TEST_CASE("more replicas than members, or than zones, are reported") {
  const auto few = plans::plan_of(plans::members(1, 2), 3, 64);
  CHECK(few.replicas_missing() == 1);
  CHECK(few.loads() == std::vector<std::uint32_t>{64, 64});
  const auto zones = plans::plan_of(plans::members(1, 6, {1}, 2), 3, 64);
  CHECK(zones.replicas_missing() == 0);
  CHECK(zones.slots_sharing_zones() == 64);
  // Even so no slot is in one zone alone.
  for (std::uint32_t slot = 0; slot < 64; ++slot) {
    std::set<std::uint32_t> found;
    for (const auto x : zones.owners(slot)) found.insert(zones.members()[x].zone);
    CHECK(found.size() == 2);
  }
}

TEST_CASE("no load is above 1.10 of the fair share and one slot") {
  for (const std::size_t n : {9, 18, 63}) {
    for (const std::uint32_t replicas : {1, 2, 3}) {
      for (const auto& capacities : {std::vector<std::uint32_t>{1},
                                     {1, 1, 1, 2, 2, 2, 4, 4, 4},
                                     {1, 1, 1, 1, 1, 1, 100, 100, 100}}) {
        for (const std::uint32_t zones : {0, 3}) {
          const auto all = plans::members(static_cast<std::uint8_t>(n), n, capacities, zones);
          CHECK(worst_load(plans::plan_of(all, replicas)) <= 1.10);
        }
      }
    }
  }
}

TEST_CASE("where a member or a zone can take no more, the others share the rest evenly") {
  for (const auto& [capacities, zones] :
       {std::pair<std::vector<std::uint32_t>, std::uint32_t>{{1, 2, 4}, 0},
        {{1, 2, 4}, 3},
        {{1, 100}, 0},
        {{1, 1, 100}, 3}}) {
    for (const std::size_t n : {3, 5, 10, 20}) {
      for (const std::uint32_t replicas : {2, 3}) {
        const auto plan = plans::plan_of(plans::members(2, n, capacities, zones), replicas);
        for (std::size_t i = 0; i < n; ++i) CHECK(plan.loads()[i] <= plan.caps()[i]);
      }
    }
  }
}

TEST_CASE("little more moves than has to") {
  struct sizes {
    std::size_t n;
    std::uint32_t zones;
    double bound;
  };
  for (const auto& x :
       {sizes{3, 0, 1.2}, sizes{5, 0, 1.2}, sizes{10, 0, 1.2}, sizes{20, 0, 1.2}, sizes{50, 0, 1.4},
        sizes{9, 3, 1.2}, sizes{18, 3, 1.2}, sizes{48, 3, 1.4}}) {
    const auto n = x.n;
    const auto zones = x.zones;
    const auto bound = x.bound;
    for (const std::uint32_t replicas : {1, 2, 3}) {
      if (replicas == 1 && zones > 0) continue;  // zones matter only to several owners
      excess join, leave, tenth, twice;
      for (std::uint8_t cluster = 0; cluster < (n <= 20 ? 3 : 10); ++cluster) {
        const auto more = plans::members(cluster, n + 1, {100}, zones);
        const auto with_first = [&](std::uint32_t capacity) {
          std::vector<plan_member> all{more.begin(), more.end() - 1};
          all[0].capacity = capacity;
          return plans::plan_of(all, replicas);
        };
        const auto plan = with_first(100);
        const auto larger = plans::plan_of(more, replicas);
        join.count(plan, larger);
        leave.count(larger, plan);
        tenth.count(plan, with_first(110));
        twice.count(plan, with_first(200));
      }
      CAPTURE(n);
      CAPTURE(zones);
      CAPTURE(replicas);
      CHECK(join.ratio() <= bound);
      CHECK(leave.ratio() <= bound);
      CHECK(tenth.ratio() <= bound);
      CHECK(twice.ratio() <= bound);
    }
  }
}
