#include "actors/topology.hpp"

#include <algorithm>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "actors/topology_table.hpp"
#include "messages/limits.hpp"
#include "tests/actors/names.hpp"

using namespace scalesmall;
using namespace scalesmall::names;

namespace {

topology_table table_of(std::uint8_t n) { return topology_table{topology{nth(n), 1000, {}, {}}}; }

/// The three legs of an exchange that `first` begins; returns how many rows travelled.
std::size_t exchange_between(topology_table& first, topology_table& second) {
  rng random{1};
  std::size_t rows = 0;
  const auto deliver = [&rows](topology_table& to, const std::vector<message>& all) {
    for (const auto& x : all) {
      rows += x.time.clocks().size();
      (void)to.apply(x);
    }
  };
  const auto answer = reply_to(second.state(), request_digest(first.state(), random));
  deliver(first, answer.rows);
  const auto push = reply_to(first.state(), digest{exchange::answer, answer.lacking});
  CHECK(push.lacking.empty());
  deliver(second, push.rows);
  return rows;
}

bool agree(const topology_table& a, const topology_table& b) {
  if (groups(a.state()) != groups(b.state())) return false;
  for (const auto& name : groups(a.state())) {
    if (items(a.state(), name) != items(b.state(), name)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("an unknown group is empty") {
  const topology t{nth(1), 1000, {}, {}};
  CHECK(members(t, "g").empty());
  CHECK(items(t, "g").empty());
  CHECK(groups(t).empty());
}

TEST_CASE("items of one op") {
  auto t = table_of(1);
  (void)t.add_item("g", {1, 2}, 80);
  CHECK(items(t.state(), "g", op::add) == std::vector{add(nth(1), {1000, 1}, {1, 2})});
  CHECK(items(t.state(), "g", op::rmv).empty());
}

TEST_CASE("an exchange carries only what lacks") {
  auto a = table_of(1);
  auto b = table_of(2);
  (void)a.add_item("g", {1, 2}, 80);
  (void)b.add_item("g", {3, 4}, 80);
  (void)b.join("only b");
  CHECK(exchange_between(a, b) == 3);
  CHECK(agree(a, b));
  CHECK(exchange_between(a, b) == 0);
  (void)a.leave("g");
  CHECK(exchange_between(b, a) == 1);
  CHECK(agree(a, b));
}

TEST_CASE("any two nodes agree after one exchange") {
  CHECK(rc::check([] {
    std::vector<topology_table> tables;
    for (std::uint8_t n = 1; n <= 4; ++n) tables.push_back(table_of(n));
    const auto steps = *rc::gen::inRange(0, 40);
    for (int i = 0; i < steps; ++i) {
      auto& t = tables[*rc::gen::inRange<std::size_t>(0, 4)];
      const std::string group = *rc::gen::element<std::string>("g", "h", "i");
      const auto start = *rc::gen::inRange<std::uint32_t>(0, 4);
      switch (*rc::gen::inRange(0, 4)) {
        case 0:
          (void)t.leave(group);
          break;
        case 1:
          (void)t.remove_item(group, {start, start}, 80);
          break;
        case 2:
          (void)t.add_item(group, {start, start}, 80);
          break;
        default:
          (void)exchange_between(t, tables[*rc::gen::inRange<std::size_t>(0, 4)]);
      }
    }
    (void)exchange_between(tables[0], tables[1]);
    RC_ASSERT(agree(tables[0], tables[1]));
  }));
}

TEST_CASE("who knows more than a digest can say asks for a part at a time") {
  topology_table large = table_of(1);
  topology_table other = table_of(2);
  // 60 groups with 2,000 members each: more clocks than one digest takes
  for (int g = 0; g < 60; ++g) {
    message group{"g" + std::to_string(100 + g), {}, {}};
    for (std::uint16_t port = 1; port <= 2000; ++port) {
      group.time.advance({{ip_address::v4(10, 1, 0, 0), port}, {5, 0}});
    }
    (void)large.apply(group);
  }
  (void)other.join("g100");
  rng random{3};
  bool learned = false;
  for (int i = 0; i < 100 && !learned; ++i) {
    const auto ask = request_digest(large.state(), random);
    CHECK(ask.stage == exchange::answer);
    CHECK(ask.groups.size() == limits::digest_clocks_max / 2000);
    CHECK(std::ranges::is_sorted(ask.groups, {}, &group_digest::group_name));
    for (const auto& rows : reply_to(other.state(), ask).rows) (void)large.apply(rows);
    learned = members(large.state(), "g100") == std::vector{nth(2)};
  }
  CHECK(learned);
}
