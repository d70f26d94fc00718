#include <algorithm>
#include <chrono>
#include <random>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "actors/topology/topology_table.hpp"
#include "messages/limits.hpp"
#include "tests/actors/tables.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

TEST_CASE("a complete row is merged") {
  auto t = table_of(1);
  const auto first = complete(nth(2), {5, 1}, {get(nth(2), {5, 0}), add(nth(2), {5, 1}, {1, 9})});
  CHECK(news_of(t, first) == std::vector{first});
  CHECK(known(t).size() == 2);

  SUBCASE("a second merge changes nothing") { CHECK(apply(t, first).news.empty()); }
  SUBCASE("a newer row replaces it") {
    const auto next = complete(nth(2), {5, 2}, {get(nth(2), {5, 0})});
    CHECK(news_of(t, next) == std::vector{next});
    CHECK(known(t) == std::vector{get(nth(2), {5, 0})});
    SUBCASE("and the removed claim does not come back") {
      CHECK(apply(t, first).news.empty());
      CHECK(apply(t, {"g", {}, {add(nth(2), {5, 1}, {1, 9})}}).news.empty());
      CHECK(known(t) == std::vector{get(nth(2), {5, 0})});
    }
  }
  SUBCASE("a claim newer than its row is kept and reported as a gap") {
    const auto out = apply(t, {"g", {}, {add(nth(2), {5, 4}, {20, 29})}});
    CHECK(out.gap == world_clock{{nth(2), {5, 1}}});
    CHECK(known(t).size() == 3);
  }
  SUBCASE("two rows under one clock merge to the same row in any order") {
    const auto other =
        complete(nth(2), {5, 1}, {get(nth(2), {5, 0}), add(nth(2), {5, 1}, {1, 9}, 81)});
    (void)apply(t, other);
    auto u = table_of(1);
    (void)apply(u, other);
    (void)apply(u, first);
    CHECK(known(t) == known(u));
  }
}

TEST_CASE("a delta advances a row") {
  auto t = table_of(1);
  (void)apply(t, complete(nth(2), {5, 1}, {get(nth(2), {5, 0}), add(nth(2), {5, 1}, {1, 9})}));
  const message next{"g", {{nth(2), {5, 2}}}, {rmv(nth(2), {5, 2}, {1, 9})}, {{nth(2), {5, 1}}}};
  const message later{"g", {{nth(2), {5, 4}}}, {add(nth(2), {5, 4}, {3, 4})}, {{nth(2), {5, 3}}}};

  SUBCASE("if it begins at the row's clock") {
    const auto out = apply(t, next);
    CHECK(row_messages(t.state(), out.news) == std::vector{next});
    CHECK(out.gap.empty());
    CHECK(known(t) == std::vector{get(nth(2), {5, 0}), rmv(nth(2), {5, 2}, {1, 9})});
    CHECK(apply(t, next).news.empty());
  }
  SUBCASE("if it begins before the row's clock; only the newer claims are news") {
    (void)apply(t, next);
    const message overlapping{"g",
                              {{nth(2), {5, 3}}},
                              {rmv(nth(2), {5, 2}, {1, 9}), add(nth(2), {5, 3}, {5, 6})},
                              {{nth(2), {5, 0}}}};
    const auto news = news_of(t, overlapping);
    REQUIRE(news.size() == 1);
    CHECK(news[0].items == timed_set{add(nth(2), {5, 3}, {5, 6})});
    CHECK(news[0].since == world_clock{{nth(2), {5, 2}}});
  }
  SUBCASE("but leaves a gap if it begins later, also when it arrives again") {
    for (int i = 0; i < 2; ++i) {
      const auto out = apply(t, later);
      CHECK(out.news.empty());
      CHECK(out.gap == world_clock{{nth(2), {5, 1}}});
    }
    CHECK(find_row(t.state(), "g", nth(2))->at == stamp{5, 1});
    CHECK(known(t).size() == 3);
    SUBCASE("until the missing claims arrive") {
      const auto out = apply(t, {"g",
                                 {{nth(2), {5, 4}}},
                                 {rmv(nth(2), {5, 2}, {1, 9}), add(nth(2), {5, 4}, {3, 4})},
                                 {{nth(2), {5, 1}}}});
      CHECK(out.gap.empty());
      REQUIRE(out.news.size() == 1);
      CHECK(row_message(t.state(), out.news[0]).items.size() == 2);
      CHECK(find_row(t.state(), "g", nth(2))->at == stamp{5, 4});
    }
    SUBCASE("and the row is sent up to the clock where it is complete") {
      const auto told = row_message(t.state(), "g", nth(2));
      CHECK(told.time == world_clock{{nth(2), {5, 1}}});
      CHECK(told.items.size() == 2);
    }
  }
  SUBCASE("and leaves a gap if the row is not known") {
    auto u = table_of(1);
    CHECK(apply(u, next).gap == world_clock{{nth(2), {0, 0}}});
    CHECK(find_row(u.state(), "g", nth(2))->at == stamp{});
    CHECK(u.state().groups.at("g")->hash() == 0);
  }
  SUBCASE("and leaves a gap if it is of a newer incarnation") {
    const auto out =
        apply(t, {"g", {{nth(2), {6, 4}}}, {add(nth(2), {6, 4}, {3, 4})}, {{nth(2), {6, 3}}}});
    CHECK(out.gap == world_clock{{nth(2), {0, 0}}});
    CHECK(known(t) == std::vector{add(nth(2), {6, 4}, {3, 4})});
  }
}

TEST_CASE("incarnation 0 is refused") {
  auto t = table_of(1);
  CHECK(apply(t, complete(nth(2), {0, 1}, {get(nth(2), {0, 1})})).news.empty());
  CHECK(apply(t, complete(nth(1), {0, 1}, {})).refused == 1);
  CHECK(groups(t.state()).empty());
}

TEST_CASE("the number of invented members is bounded") {
  auto t = table_of(1);
  message many{"g", {}, {}};
  for (std::uint32_t i = 0; i <= limits::peers_max; ++i)
    many.time.advance({{ip_address::from_halves(1, i), 1}, {5, 0}});
  CHECK(apply(t, many).refused == 1);
  CHECK(t.state().groups.at("g")->all().size() == limits::peers_max);
  CHECK(t.join("g"));
}

TEST_CASE("a new incarnation voids the former ones in every group") {
  auto t = table_of(1);
  (void)apply(t, complete(nth(2), {5, 7}, {get(nth(2), {5, 7}), add(nth(2), {5, 2}, {1, 9})}));
  (void)apply(t, {"other", {{nth(2), {5, 1}}}, {get(nth(2), {5, 1})}});
  (void)apply(t, {"third", {{nth(2), {6, 0}}}, {get(nth(2), {6, 0})}});
  CHECK(members(t.state(), "g").empty());
  CHECK(members(t.state(), "other").empty());
  CHECK(members(t.state(), "third") == std::vector{nth(2)});
  SUBCASE("and they stay void") {
    (void)apply(t, complete(nth(2), {5, 9}, {get(nth(2), {5, 9})}));
    CHECK(members(t.state(), "g").empty());
  }
}

TEST_CASE("no message changes a node's own claims") {
  auto t = table_of(1);
  (void)t.add_item("g", {1, 2}, 80);
  (void)t.join("quiet");
  const auto mine = known(t);
  const auto claims = [&] {
    std::vector<item> all;
    for (const auto& x : known(t)) all.push_back(x.item);
    return all;
  };
  const auto before = claims();

  SUBCASE("an echo of the own row is ignored") {
    const auto out = apply(t, complete(nth(1), {life, 2}, {mine[0], mine[1]}));
    CHECK(out.own_truth.empty());
    CHECK(known(t) == mine);
  }
  SUBCASE("an older own row is ignored") {
    CHECK(apply(t, complete(nth(1), {life, 1}, {mine[0]})).own_truth.empty());
    CHECK(known(t) == mine);
  }
  SUBCASE("a newer claim is refuted by a new incarnation in every group") {
    const auto out = apply(t, complete(nth(1), {life, 9}, {add(nth(1), {life, 9}, {5, 6}, 666)}));
    CHECK(claims() == before);
    REQUIRE(out.own_truth.size() == 2);
    for (const auto& told : row_messages(t.state(), out.own_truth))
      CHECK(told.time.at(nth(1))->incarnation == life + 1);
    CHECK(t.state().incarnation == life + 1);
  }
  SUBCASE("another claim under an own stamp is refuted") {
    const auto out = apply(t, {"g", {}, {add(nth(1), {life, 2}, {1, 2}, 666)}});
    CHECK(claims() == before);
    CHECK(out.own_truth.size() == 2);
  }
  SUBCASE("a newer incarnation is refuted") {
    const auto out = apply(t, complete(nth(1), {life + 50, 0}, {}));
    CHECK(claims() == before);
    CHECK(t.state().incarnation == life + 51);
    CHECK(out.own_truth.size() == 2);
  }
  SUBCASE("the greatest incarnation is refused, since it could not be refuted") {
    const auto out = apply(t, complete(nth(1), {UINT32_MAX, 0}, {}));
    CHECK(out.own_truth.empty());
    CHECK(out.refused == 1);
    CHECK(t.state().incarnation == life);
    CHECK(apply(t, complete(nth(2), {UINT32_MAX, 0}, {})).news.empty());
  }
  SUBCASE("an incarnation above the bound is refused, and one at the bound is refuted") {
    const std::chrono::seconds today{1'800'000'000};
    const auto latest = incarnation_bound{}.latest(life, today);
    auto other = table_of(2);
    t.set_clock(today);
    other.set_clock(today);
    for (const auto incarnation : {latest + 3'600, UINT32_MAX - 2}) {
      const auto lie =
          complete(nth(1), {incarnation, 0}, {add(nth(1), {incarnation, 0}, {5, 6}, 666)});
      CHECK(apply(other, lie).news.empty());
    }
    const auto lie = complete(nth(1), {latest, 7}, {add(nth(1), {latest, 7}, {5, 6}, 666)});
    (void)apply(other, lie);
    const auto marks = apply(t, lie).own_truth;
    const auto truth = row_messages(t.state(), marks);
    REQUIRE(truth.size() == 2);
    for (const auto& told : truth) (void)apply(other, told);
    CHECK(known(other) == known(t));
  }
  SUBCASE("other tables replace the false claims by the refutation") {
    auto other = table_of(2);
    const auto lie = complete(nth(1), {life, 9}, {add(nth(1), {life, 9}, {5, 6}, 666)});
    (void)apply(other, lie);
    const auto truth = apply(t, lie).own_truth;
    for (const auto& told : row_messages(t.state(), truth)) (void)apply(other, told);
    CHECK(known(other) == known(t));
  }
}

TEST_CASE("an incarnation is known only by a row that shows it") {
  auto t = table_of(1);
  const auto row = complete(nth(2), {5, 1}, {get(nth(2), {5, 0}), add(nth(2), {5, 1}, {1, 9})});
  (void)apply(t, row);
  const auto before = known(t);
  // A delta without claims of a life that nobody lived leaves nothing of which nth(2) could hear.
  (void)apply(t, {"g", {{nth(2), {9, 5}}}, {}, {{nth(2), {9, 0}}}});
  (void)apply(t, {"h", {{nth(2), {9, 5}}}, {}, {{nth(2), {9, 0}}}});
  CHECK(known(t) == before);
  SUBCASE("and no longer than that row") {
    (void)apply(t, {"h", {}, {rmv(nth(2), {9, 5}, {1, 9})}});
    CHECK(known(t).empty());
    (void)t.expire(at(0s), 1s);
    REQUIRE(t.expire(at(1s), 1s));
    (void)apply(t, row);
    CHECK(known(t) == before);
  }
}

TEST_CASE("a row that lacks claims of this node is refuted") {
  auto t = table_of(1);
  (void)t.add_item("g", {1, 2}, 80);
  const auto mine = known(t);
  CHECK(apply(t, complete(nth(1), {life, 2}, {mine[0]})).own_truth.size() == 1);
}

TEST_CASE("what one other member may fill is bounded") {
  auto t = table_of(1);
  const auto in_group = [&](std::uint8_t n, std::size_t g) {
    auto row = complete(nth(n), {5, 0}, {get(nth(n), {5, 0})});
    row.group_name = "g" + std::to_string(100'000 + g);
    return apply(t, row).refused == 0;
  };
  for (std::size_t g = 0; g < limits::groups_of_member_max; ++g) REQUIRE(in_group(2, g));
  CHECK_FALSE(in_group(2, limits::groups_of_member_max));
  CHECK(in_group(3, limits::groups_of_member_max));
  for (std::size_t g = groups(t.state()).size(); g < limits::groups_max - limits::groups_reserved;
       ++g)
    REQUIRE(in_group(4, g));
  CHECK_FALSE(in_group(5, limits::groups_max));
  CHECK(t.join("mine"));
}

TEST_CASE("claims of a former life are voided in a group that this life is not in") {
  auto t = table_of(1);
  const auto ghost = complete(nth(1), {life - 1, 4}, {get(nth(1), {life - 1, 4})});
  const auto out = apply(t, ghost);
  REQUIRE(out.own_truth.size() == 1);
  const auto truth = row_message(t.state(), out.own_truth[0]);
  CHECK(truth == complete(nth(1), {life, 0}, {}));
  CHECK(apply(t, ghost).own_truth.empty());

  auto other = table_of(2);
  (void)apply(other, ghost);
  (void)apply(other, truth);
  CHECK(members(other.state(), "g").empty());
}

TEST_CASE("tables that hear the same rows in any order agree") {
  const auto run = [] {
    // Three members make changes. Two tables merge every row that was ever published, in two
    // orders.
    std::vector<message> published;
    std::vector<topology_table> writers;
    for (std::uint8_t n = 1; n <= 3; ++n) writers.push_back(table_of(n));
    const auto steps = *rc::gen::inRange(1, 30);
    for (int i = 0; i < steps; ++i) {
      auto& writer = writers[*rc::gen::inRange<std::size_t>(0, writers.size())];
      const std::string group = *rc::gen::element<std::string>("g", "h");
      const auto start = *rc::gen::inRange<std::uint32_t>(0, 3);
      const auto change = [&]() -> result<topology_table::change, call_error> {
        switch (*rc::gen::inRange(0, 5)) {
          case 0:
            return writer.join(group);
          case 1:
            return writer.leave(group);
          case 2:
            return writer.remove_item(group, {start, start + 1}, 80);
          case 3:
            return writer.add_item(group, whole_range, 80);
          default:
            return writer.add_item(group, {start, start + 1}, 80);
        }
      }();
      if (change) published.push_back(row_message(writer.state(), change->told));
      if (*rc::gen::inRange(0, 8) == 0) {  // a restart with no memory
        writer = table_of(static_cast<std::uint8_t>(&writer - writers.data() + 1),
                          writer.state().incarnation + 1);
      }
    }
    auto shuffled = published;
    std::shuffle(shuffled.begin(), shuffled.end(),
                 std::minstd_rand{*rc::gen::arbitrary<unsigned>()});
    auto a = table_of(9);
    auto b = table_of(9);
    for (const auto& x : published) (void)apply(a, x);
    for (const auto& x : shuffled) (void)apply(b, x);
    for (const std::string group : {"g", "h"}) {
      RC_ASSERT(known(a, group) == known(b, group));
    }
    // The claims of a writer's present life are claims that the writer itself holds.
    for (const auto& writer : writers) {
      for (const std::string group : {"g", "h"}) {
        for (const auto& x : items(a.state(), group)) {
          if (x.item.member != writer.state().self ||
              x.at.incarnation != writer.state().incarnation)
            continue;
          const auto own = known(writer, group);
          RC_ASSERT(std::find(own.begin(), own.end(), x) != own.end());
        }
      }
    }
  };
  CHECK(rc::check(run));
}
