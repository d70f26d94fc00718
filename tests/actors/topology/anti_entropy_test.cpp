#include "actors/topology/anti_entropy.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "actors/topology/topology_table.hpp"
#include "tests/actors/tables.hpp"

using namespace scalesmall;
using namespace scalesmall::names;

namespace {

bool answers_nothing(const topology& t, const digest& theirs) {
  const auto reply = reply_to(t, theirs);
  return reply.rows.empty() && reply.lacking.empty();
}

digest all_of(const topology_table& t) {
  rng random{1};
  return request_digest(t.state(), random);
}

bool agree(const topology_table& a, const topology_table& b) {
  if (groups(a.state()) != groups(b.state())) return false;
  for (const auto& name : groups(a.state())) {
    if (items(a.state(), name) != items(b.state(), name)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("a row that cannot be told does not hide the next one") {
  auto t = table_of(2);
  (void)t.join("g");
  // Whether this member was one at its clock is unknown: a later claim has replaced the only one.
  (void)apply(t, {"g", {{nth(1), {5, 0}}}, {add(nth(1), {5, 0}, {0, 9})}});
  (void)apply(t, {"g", {}, {rmv(nth(1), {5, 2}, {0, 9})}});
  const digest theirs{exchange::answer, {{"g", {}, digest_scope::whole}}, false};
  REQUIRE(reply_to(t.state(), theirs, nth(9)).rows.size() == 1);
  CHECK_FALSE(agrees(t.state(), theirs, nth(9)));
}

TEST_CASE("two nodes agree exactly if neither has anything to tell or to ask") {
  auto a = table_of(1);
  auto b = table_of(2);
  const auto look = [&](bool agree) {
    CHECK(agrees(a.state(), all_of(b)) == agree);
    CHECK(answers_nothing(a.state(), all_of(b)) == agree);
    CHECK(agrees(b.state(), all_of(a)) == agree);
    CHECK(answers_nothing(b.state(), all_of(a)) == agree);
  };
  look(true);
  (void)a.join("g");
  look(false);  // a group that one does not know
  (void)exchange_between(b, a);
  look(true);
  (void)b.join("h");
  (void)exchange_between(b, a);
  (void)a.add_item("g", {1, 2}, 80);
  look(false);  // a row that one does not know
  (void)exchange_between(b, a);
  look(true);
  for (std::uint8_t n = 10; n < 10 + 2 * clocks_per_hash; ++n) {
    const auto row = complete(nth(n), {5, 1}, {get(nth(n), {5, 1})});
    for (auto* t : {&a, &b}) (void)apply(*t, row);
  }
  look(true);  // by a hash
  (void)b.add_item("g", {1, 2}, 80);
  look(false);
}

TEST_CASE("a group that the digest does not name matters only if it names all") {
  auto a = table_of(1);
  (void)a.join("g");
  CHECK(agrees(a.state(), {exchange::request, {}, false}));
  CHECK_FALSE(agrees(a.state(), {exchange::request, {}, true}));
}

TEST_CASE("an exchange carries only missing rows") {
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

TEST_CASE("the digest of a large group is a hash") {
  auto a = table_of(1);
  message group{"g", {}, {}};
  for (std::uint16_t port = 1; port <= 100; ++port)
    group.time.advance({{ip_address::v4(10, 1, 0, 0), port}, {5, 0}});
  (void)apply(a, group);
  topology_table b = table_of(2);
  (void)apply(b, group);
  rng random{1};
  const auto said = request_digest(a.state(), random);
  REQUIRE(said.groups.size() == 1);
  CHECK(said.all_groups);
  CHECK(said.groups[0].scope == digest_scope::hash);
  CHECK(said.groups[0].time.empty());
  CHECK(reply_to(b.state(), said).lacking.empty());
  (void)a.join("g");
  (void)apply(b, {"g", {{nth(7), {5, 0}}}, {get(nth(7), {5, 0})}});
  CHECK(exchange_between(b, a) == 2);
  CHECK(agree(a, b));
  CHECK(a.state().groups.at("g")->hash() == b.state().groups.at("g")->hash());
}

TEST_CASE("the answer to a partial digest has rows of its members only") {
  auto a = table_of(1);
  (void)a.join("g");
  (void)apply(a, {"g", {{nth(2), {5, 3}}}, {get(nth(2), {5, 3})}});
  const auto reply =
      reply_to(a.state(), {exchange::push, {{"g", {{nth(2), {5, 1}}}, digest_scope::part}}});
  REQUIRE(reply.rows.size() == 1);
  CHECK(reply.rows[0].time == world_clock{{nth(2), {5, 3}}});
}

TEST_CASE("a node with too many groups for one request names some of them in each") {
  topology_table large = table_of(1);
  topology_table other = table_of(2);
  for (std::size_t g = 0; g < 3 * groups_per_request; ++g)
    (void)large.join("g" + std::to_string(1'000 + g));
  (void)other.join("g1000");
  rng random{3};
  for (int i = 0; i < 100 && !agree(large, other); ++i) {
    const auto said = request_digest(large.state(), random);
    CHECK_FALSE(said.all_groups);
    CHECK(said.groups.size() == groups_per_request);
    CHECK(std::ranges::is_sorted(said.groups, {}, &group_digest::group_name));
    const auto reply = reply_to(other.state(), said);
    for (const auto& rows : reply.rows) (void)apply(large, rows);
    for (const auto& rows : reply_to(large.state(), {exchange::answer, reply.lacking}).rows)
      (void)apply(other, rows);
  }
  CHECK(agree(large, other));
}

TEST_CASE("a node that is asked for its clocks names all, whatever it knows") {
  const auto answered = [](const topology_table& asked, const topology_table& by) {
    const digest request{exchange::request, {clocks_wanted(by.state(), "g")}};
    return reply_to(asked.state(), request, by.state().self).lacking;
  };
  auto a = table_of(1);
  auto b = table_of(2);
  // Neither knows the group.
  CHECK(answered(b, a) == std::vector<group_digest>{{"g"}});
  for (std::uint8_t n = 10; n < 10 + 2 * clocks_per_hash; ++n)
    (void)apply(b, complete(nth(n), {5, 1}, {get(nth(n), {5, 1})}));
  auto told = answered(b, a);
  REQUIRE(told.size() == 1);
  CHECK(told[0].time.clocks().size() == 2 * clocks_per_hash);
  CHECK_FALSE(holds_all_of(a.state(), told[0]));
  (void)exchange_between(a, b);
  CHECK(holds_all_of(a.state(), told[0]));
  // Now they agree, so a digest of a usual request would not be answered.
  told = answered(b, a);
  REQUIRE(told.size() == 1);
  CHECK(told[0].time.clocks().size() == 2 * clocks_per_hash);
  CHECK(holds_all_of(a.state(), told[0]));
}

TEST_CASE("a node holds all of a digest if it lacks only what is said of itself") {
  auto a = table_of(1);
  CHECK(holds_all_of(a.state(), {"g"}));
  CHECK(holds_all_of(a.state(), {"g", {{nth(1), {life, 7}}}}));
  CHECK_FALSE(holds_all_of(a.state(), {"g", {{nth(2), {life, 1}}}}));
  (void)apply(a, complete(nth(2), {life, 2}, {get(nth(2), {life, 2})}));
  CHECK(holds_all_of(a.state(), {"g", {{nth(2), {life, 1}}}}));
  CHECK(holds_all_of(a.state(), {"g", {{nth(2), {life, 2}}}}));
  CHECK_FALSE(holds_all_of(a.state(), {"g", {{nth(2), {life, 3}}}}));
}

TEST_CASE("of a node with a part of the keys, all is held if the hashes of the part agree") {
  auto whole = table_of(1);
  auto part = table_of(2);
  (void)whole.join("g");
  (void)part.join("g", {0, 9});
  (void)exchange_between(whole, part);
  const digest request{exchange::request, {clocks_wanted(whole.state(), "g")}};
  const auto told = reply_to(part.state(), request, nth(1)).lacking;
  REQUIRE(told.size() == 1);
  REQUIRE(told[0].scope == digest_scope::hash);
  CHECK(holds_all_of(whole.state(), told[0]));
  CHECK_FALSE(holds_all_of(table_of(1).state(), told[0]));
  (void)part.add_item("g", {0, 9}, 80);
  const auto later = reply_to(part.state(), request, nth(1)).lacking;
  CHECK_FALSE(holds_all_of(whole.state(), later.at(0)));
}

namespace {

/// All parts of an answer, and the size of the longest.
struct joined_parts {
  exchange_reply reply = {};
  std::size_t parts = 0;
  std::size_t longest = 0;
};

joined_parts joined(const topology& t, const digest& theirs, const net_id& from,
                    std::size_t entries) {
  joined_parts all;
  std::optional<answer_position> next{answer_position{}};
  while (next) {
    auto [reply, rest] = reply_part(t, theirs, from, *next, entries);
    std::size_t size = 0;
    for (const auto& x : reply.rows) size += x.time.clocks().size() + x.items.size();
    for (const auto& x : reply.lacking) size += 1 + x.time.clocks().size();
    all.longest = std::max(all.longest, size);
    std::ranges::move(reply.rows, std::back_inserter(all.reply.rows));
    std::ranges::move(reply.lacking, std::back_inserter(all.reply.lacking));
    ++all.parts;
    next = std::move(rest);
  }
  all.reply.rows = united(std::move(all.reply.rows));
  return all;
}

/// A table with some of 8 members' rows, of 3 claims each, in some of 12 groups.
topology_table some_table(std::uint8_t n) {
  auto t = table_of(n);
  for (int g = 0; g < 12; ++g) {
    message rows{"g" + std::to_string(10 + g), {}, {}};
    for (std::uint8_t member = 2; member < 10; ++member) {
      if (*rc::gen::inRange(0, 3) == 0) continue;
      const stamp at{5, *rc::gen::inRange(1U, 3U)};
      rows.time.advance({nth(member), at});
      for (std::uint32_t key = 0; key < 3; ++key) rows.items.put(add(nth(member), at, {key, key}));
    }
    if (*rc::gen::inRange(0, 5) != 0 && !rows.time.empty()) (void)apply(t, rows);
  }
  return t;
}

}  // namespace

TEST_CASE("the parts of an answer say together what the whole answer says") {
  CHECK(rc::check([] {
    auto asked = some_table(20);
    auto asks = some_table(21);
    if (*rc::gen::arbitrary<bool>()) (void)asked.join("g13", {1, 1});
    if (*rc::gen::arbitrary<bool>()) (void)asks.join("g14", {1, 1});
    auto said = all_of(asks);
    for (auto& group : said.groups) {
      // Sometimes by the clocks, as in the second question.
      if (group.scope != digest_scope::hash || *rc::gen::arbitrary<bool>()) continue;
      group.scope = digest_scope::whole;
      group.hash = 0;
      group.time = clocks_of(*find_group(asks.state(), group.group_name));
    }
    if (*rc::gen::arbitrary<bool>() && !said.groups.empty()) said.groups.erase(said.groups.begin());
    said.stage = *rc::gen::element(exchange::request, exchange::answer, exchange::push);
    const auto whole = reply_to(asked.state(), said, nth(21));
    const auto entries = *rc::gen::inRange<std::size_t>(1, 60);
    const auto parts = joined(asked.state(), said, nth(21), entries);
    RC_ASSERT(parts.reply.rows == whole.rows);
    RC_ASSERT(parts.reply.lacking == whole.lacking);
    // Beyond it a question for a group, a row of the sender's own, and a presence may stand.
    RC_ASSERT(parts.longest <= entries + 30);
  }));
}

TEST_CASE("a part of an answer may end within a group") {
  auto t = table_of(1);
  message rows{"g", {}, {}};
  for (std::uint8_t n = 2; n < 102; ++n) {
    rows.time.advance({nth(n), {5, 1}});
    rows.items.put(get(nth(n), {5, 1}));
  }
  (void)apply(t, rows);
  const auto parts = joined(t.state(), {exchange::request, {}, true}, nth(200), 20);
  CHECK(parts.parts == 10);
  CHECK(parts.longest == 20);
  CHECK(parts.reply.rows == std::vector{rows});
}
