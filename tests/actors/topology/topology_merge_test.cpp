#include <algorithm>
#include <random>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "actors/topology/topology_table.hpp"
#include "messages/limits.hpp"
#include "tests/actors/tables.hpp"

using namespace scalesmall;
using namespace scalesmall::names;

TEST_CASE("news of others") {
  auto t = table_of(1);
  const auto first = complete(nth(2), {5, 1}, {get(nth(2), {5, 0}), add(nth(2), {5, 1}, {1, 9})});
  CHECK(t.apply(first).news == first);
  CHECK(known(t).size() == 2);

  SUBCASE("once is enough") { CHECK(t.apply(first).news.time.empty()); }
  SUBCASE("a newer row replaces it, with what it no longer holds") {
    const auto next = complete(nth(2), {5, 2}, {get(nth(2), {5, 0})});
    CHECK(t.apply(next).news == next);
    CHECK(known(t) == std::vector{get(nth(2), {5, 0})});
    SUBCASE("and what is gone does not come back") {
      CHECK(t.apply(first).news.time.empty());
      CHECK(t.apply({"g", {}, {add(nth(2), {5, 1}, {1, 9})}}).news.items.empty());
      CHECK(known(t) == std::vector{get(nth(2), {5, 0})});
    }
  }
  SUBCASE("a claim beyond its row stands, and says that something is missing") {
    const auto out = t.apply({"g", {}, {add(nth(2), {5, 4}, {20, 29})}});
    CHECK(out.gap == world_clock{{nth(2), {5, 1}}});
    CHECK(known(t).size() == 3);
  }
  SUBCASE("two writings under one clock end in the same row whatever their order") {
    const auto other =
        complete(nth(2), {5, 1}, {get(nth(2), {5, 0}), add(nth(2), {5, 1}, {1, 9}, 81)});
    (void)t.apply(other);
    auto u = table_of(1);
    (void)u.apply(other);
    (void)u.apply(first);
    CHECK(known(t) == known(u));
  }
}

TEST_CASE("a delta moves a row on from where it begins") {
  auto t = table_of(1);
  (void)t.apply(complete(nth(2), {5, 1}, {get(nth(2), {5, 0}), add(nth(2), {5, 1}, {1, 9})}));
  const message next{"g", {{nth(2), {5, 2}}}, {rmv(nth(2), {5, 2}, {1, 9})}, {{nth(2), {5, 1}}}};
  const message later{"g", {{nth(2), {5, 4}}}, {add(nth(2), {5, 4}, {3, 4})}, {{nth(2), {5, 3}}}};

  SUBCASE("at its end") {
    const auto out = t.apply(next);
    CHECK(out.news == next);
    CHECK(out.gap.empty());
    CHECK(known(t) == std::vector{get(nth(2), {5, 0}), rmv(nth(2), {5, 2}, {1, 9})});
    CHECK(t.apply(next).news.time.empty());
  }
  SUBCASE("or before it, and tells only what is new") {
    (void)t.apply(next);
    const message overlapping{"g",
                              {{nth(2), {5, 3}}},
                              {rmv(nth(2), {5, 2}, {1, 9}), add(nth(2), {5, 3}, {5, 6})},
                              {{nth(2), {5, 0}}}};
    const auto out = t.apply(overlapping);
    CHECK(out.news.items == timed_set{add(nth(2), {5, 3}, {5, 6})});
    CHECK(out.news.since == world_clock{{nth(2), {5, 2}}});
  }
  SUBCASE("behind it there is a gap, which is not forgotten when it is heard again") {
    for (int i = 0; i < 2; ++i) {
      const auto out = t.apply(later);
      CHECK(out.news.time.empty());
      CHECK(out.gap == world_clock{{nth(2), {5, 1}}});
    }
    CHECK(find_row(t.state(), "g", nth(2))->at == stamp{5, 1});
    CHECK(known(t).size() == 3);
    SUBCASE("until what lies between comes") {
      const auto out = t.apply({"g",
                                {{nth(2), {5, 4}}},
                                {rmv(nth(2), {5, 2}, {1, 9}), add(nth(2), {5, 4}, {3, 4})},
                                {{nth(2), {5, 1}}}});
      CHECK(out.gap.empty());
      CHECK(out.news.items.size() == 2);
      CHECK(find_row(t.state(), "g", nth(2))->at == stamp{5, 4});
    }
    SUBCASE("and the row is told up to where it is complete") {
      const auto told = row_message(t.state(), "g", nth(2));
      CHECK(told.time == world_clock{{nth(2), {5, 1}}});
      CHECK(told.items.size() == 2);
    }
  }
  SUBCASE("of a row not known it says that something is lacking") {
    auto u = table_of(1);
    CHECK(u.apply(next).gap == world_clock{{nth(2), {0, 0}}});
    CHECK(find_row(u.state(), "g", nth(2))->at == stamp{});
    CHECK(u.state().groups.at("g")->hash() == 0);
  }
  SUBCASE("of a new life it needs that life's beginning") {
    const auto out =
        t.apply({"g", {{nth(2), {6, 4}}}, {add(nth(2), {6, 4}, {3, 4})}, {{nth(2), {6, 3}}}});
    CHECK(out.gap == world_clock{{nth(2), {0, 0}}});
    CHECK(known(t) == std::vector{add(nth(2), {6, 4}, {3, 4})});
  }
}

TEST_CASE("a clock of no life is nobody's") {
  auto t = table_of(1);
  CHECK(t.apply(complete(nth(2), {0, 1}, {get(nth(2), {0, 1})})).news.time.empty());
  CHECK(t.apply(complete(nth(1), {0, 1}, {})).refused == 1);
  CHECK(groups(t.state()).empty());
}

TEST_CASE("members that somebody invents are bounded") {
  auto t = table_of(1);
  message many{"g", {}, {}};
  for (std::uint32_t i = 0; i <= limits::peers_max; ++i)
    many.time.advance({{ip_address::from_halves(1, i), 1}, {5, 0}});
  CHECK(t.apply(many).refused == 1);
  CHECK(t.state().groups.at("g")->all().size() == limits::peers_max);
  CHECK(t.join("g"));
}

TEST_CASE("a new incarnation voids the former ones in every group") {
  auto t = table_of(1);
  (void)t.apply(complete(nth(2), {5, 7}, {get(nth(2), {5, 7}), add(nth(2), {5, 2}, {1, 9})}));
  (void)t.apply({"other", {{nth(2), {5, 1}}}, {get(nth(2), {5, 1})}});
  (void)t.apply({"third", {{nth(2), {6, 0}}}, {get(nth(2), {6, 0})}});
  CHECK(members(t.state(), "g").empty());
  CHECK(members(t.state(), "other").empty());
  CHECK(members(t.state(), "third") == std::vector{nth(2)});
  SUBCASE("for good") {
    (void)t.apply(complete(nth(2), {5, 9}, {get(nth(2), {5, 9})}));
    CHECK(members(t.state(), "g").empty());
  }
}

TEST_CASE("nobody changes what a node says of itself") {
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

  SUBCASE("an echo is no attack") {
    const auto out = t.apply(complete(nth(1), {life, 1}, {mine[0], mine[1]}));
    CHECK(out.own_truth.empty());
    CHECK(known(t) == mine);
  }
  SUBCASE("nor is an older state") {
    CHECK(t.apply(complete(nth(1), {life, 0}, {mine[0]})).own_truth.empty());
    CHECK(known(t) == mine);
  }
  SUBCASE("a newer claim is outdone in every group") {
    const auto out = t.apply(complete(nth(1), {life, 9}, {add(nth(1), {life, 9}, {5, 6}, 666)}));
    CHECK(claims() == before);
    REQUIRE(out.own_truth.size() == 2);
    for (const auto& told : out.own_truth) CHECK(told.time.at(nth(1))->incarnation == life + 1);
    CHECK(t.state().incarnation == life + 1);
  }
  SUBCASE("another claim under our own stamp is") {
    const auto out = t.apply({"g", {}, {add(nth(1), {life, 1}, {1, 2}, 666)}});
    CHECK(claims() == before);
    CHECK(out.own_truth.size() == 2);
  }
  SUBCASE("a newer incarnation is") {
    const auto out = t.apply(complete(nth(1), {life + 50, 0}, {}));
    CHECK(claims() == before);
    CHECK(t.state().incarnation == life + 51);
    CHECK(out.own_truth.size() == 2);
  }
  SUBCASE("a clock that nobody could outdo is nobody's") {
    const auto out = t.apply(complete(nth(1), {UINT32_MAX, 0}, {}));
    CHECK(out.own_truth.empty());
    CHECK(out.refused == 1);
    CHECK(t.state().incarnation == life);
    CHECK(t.apply(complete(nth(2), {UINT32_MAX, 0}, {})).news.time.empty());
  }
  SUBCASE("a lie from the far future leaves room above it, or nobody believes it") {
    constexpr std::uint32_t latest = life + 500;
    auto other = table_of(2);
    t.bound_incarnations(latest);
    other.bound_incarnations(latest);
    for (const auto incarnation : {latest + 1, UINT32_MAX - 1}) {
      const auto lie =
          complete(nth(1), {incarnation, 0}, {add(nth(1), {incarnation, 0}, {5, 6}, 666)});
      CHECK(t.apply(lie).refused == 1);
      CHECK(other.apply(lie).news.time.empty());
    }
    CHECK(t.state().incarnation == life);

    const auto lie = complete(nth(1), {latest, 7}, {add(nth(1), {latest, 7}, {5, 6}, 666)});
    (void)other.apply(lie);
    const auto truth = t.apply(lie).own_truth;
    REQUIRE(truth.size() == 2);
    other.bound_incarnations(latest + 1);  // a second later
    for (const auto& told : truth) (void)other.apply(told);
    CHECK(known(other) == known(t));
  }
  SUBCASE("the others take the truth for the newer") {
    auto other = table_of(2);
    const auto lie = complete(nth(1), {life, 9}, {add(nth(1), {life, 9}, {5, 6}, 666)});
    (void)other.apply(lie);
    for (const auto& told : t.apply(lie).own_truth) (void)other.apply(told);
    CHECK(known(other) == known(t));
  }
}

TEST_CASE("a ghost of a former life is laid where this one has nothing to say") {
  auto t = table_of(1);
  const auto ghost = complete(nth(1), {life - 1, 4}, {get(nth(1), {life - 1, 4})});
  const auto out = t.apply(ghost);
  REQUIRE(out.own_truth.size() == 1);
  CHECK(out.own_truth[0] == complete(nth(1), {life, 0}, {}));
  CHECK(t.apply(ghost).own_truth.empty());

  auto other = table_of(2);
  (void)other.apply(ghost);
  (void)other.apply(out.own_truth[0]);
  CHECK(members(other.state(), "g").empty());
}

TEST_CASE("tables that hear the same rows in any order agree") {
  const auto run = [] {
    // Three members make changes; every row they ever published is heard by two tables in two
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
      if (change) published.push_back(change->row);
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
    for (const auto& x : published) (void)a.apply(x);
    for (const auto& x : shuffled) (void)b.apply(x);
    for (const std::string group : {"g", "h"}) {
      RC_ASSERT(known(a, group) == known(b, group));
    }
    // What a table holds of a writer is what the writer says, wherever it is still in that life.
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
