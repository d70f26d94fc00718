#include "actors/topology/gossip_merge.hpp"

#include <doctest/doctest.h>

#include "tests/actors/tables.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

namespace {

std::shared_ptr<const gossip> telling(std::vector<message> rows) {
  return std::make_shared<const gossip>(gossip{{nth(9), 7}, {}, {}, {}, std::move(rows), {}});
}

message of_group(std::string group, message x) {
  x.group_name = std::move(group);
  return x;
}

const message news = complete(nth(2), {5, 1}, {get(nth(2), {5, 1})});

}  // namespace

TEST_CASE("a short gossip is merged in one step") {
  auto t = table_of(1);
  gossip_merge merge{telling({news, of_group("h", news)})};
  const auto step = merge.next(t, 0s);
  CHECK(step.done);
  CHECK(step.own_truth.empty());
  CHECK(merge.outcome().news == marks_of({news, of_group("h", news)}));
  CHECK(merge.outcome().gaps.empty());
}

TEST_CASE("a long gossip is merged slice by slice, and all of it") {
  auto t = table_of(1);
  message many{"g", {}, {}};
  for (std::uint32_t n = 0; n < 3 * gossip_slices::slice_entries_max; ++n) {
    const net_id member{ip_address::from_halves(1, n), 1};
    many.time.advance({member, {5, 1}});
  }
  gossip_merge merge{telling({many})};
  std::size_t before = 0;
  int steps = 1;
  for (; !merge.next(t, 0s).done; ++steps) {
    const auto now = merge.outcome().news.size();
    CHECK(now - before <= gossip_slices::slice_entries_max);
    before = now;
  }
  CHECK(steps == 4);
  CHECK(merge.outcome().news == marks_of({many}));
}

TEST_CASE("what is lacking is asked for by group, within what this node wants of it") {
  auto t = table_of(1);
  REQUIRE(t.join("g", {0, 99}));
  const auto behind = [](std::uint8_t n) {
    return message{"g", {{nth(n), {5, 4}}}, {add(nth(n), {5, 4}, {3, 4})}, {{nth(n), {5, 3}}}};
  };
  auto both = behind(2);
  merge(both, behind(3));
  gossip_merge merge{telling({both, of_group("h", behind(2))})};
  CHECK(merge.next(t, 0s).done);
  const auto& gaps = merge.outcome().gaps;
  REQUIRE(gaps.size() == 2);
  CHECK(gaps[0] ==
        group_digest{
            "g", {{nth(2), {}}, {nth(3), {}}}, digest_scope::part, 0, key_set::of({{0, 99}})});
  CHECK(gaps[1] == group_digest{"h", {{nth(2), {}}}, digest_scope::part});
}

TEST_CASE("one row of this life voids a former life of this node in every group") {
  auto t = table_of(1);
  const auto ghost = complete(nth(1), {life - 1, 4}, {get(nth(1), {life - 1, 4})});
  gossip_merge merge{telling({ghost, of_group("h", ghost)})};
  const auto step = merge.next(t, 0s);
  REQUIRE(step.own_truth.size() == 1);
  CHECK(step.own_truth[0] == row_mark{"g", nth(1), {life, 0}});

  auto other = table_of(2);
  for (const auto& x : {ghost, of_group("h", ghost)}) (void)apply(other, x);
  (void)apply(other, row_message(t.state(), step.own_truth[0]));
  CHECK(members(other.state(), "g").empty());
  CHECK(members(other.state(), "h").empty());
}

TEST_CASE("an incarnation from the far future is refused by the wall clock") {
  auto t = table_of(1);
  const auto today = std::chrono::seconds{1'763'793'600};
  const auto latest = incarnation_bound::latest_of_unknown(today);
  const auto of_another = [&](std::uint32_t incarnation) {
    gossip_merge merge{
        telling({complete(nth(2), {incarnation, 0}, {get(nth(2), {incarnation, 0})})})};
    (void)merge.next(t, today);
    return !members(t.state(), "g").empty();
  };
  CHECK_FALSE(of_another(latest + 1));
  CHECK(of_another(latest));
}

TEST_CASE("false claims of a whole gossip are refuted once, and once a second") {
  auto t = table_of(1);
  REQUIRE(t.join("g"));
  std::vector<message> lies;
  for (std::uint32_t n = 0; n < 500; ++n)
    lies.push_back(of_group("g" + std::to_string(1'000 + n), complete(nth(1), {life + n, 9}, {})));
  gossip_merge first{telling(lies)};
  const auto truth = first.next(t, 0s).own_truth;
  REQUIRE(truth.size() == 1);
  CHECK(truth[0] == row_mark{"g", nth(1), {life + 500, 1}});
  CHECK(groups(t.state()) == std::vector<std::string>{"g"});

  const auto again = of_group("g", complete(nth(1), {life + 700, 9}, {}));
  gossip_merge second{telling({again})};
  CHECK(second.next(t, 0s).own_truth.empty());
  CHECK(t.is_accused());
  gossip_merge later{telling({news})};
  const auto then = later.next(t, 1s).own_truth;
  REQUIRE(then.size() == 1);
  CHECK(then[0].at == stamp{life + 701, 1});
}

TEST_CASE("a new life of members with many rows is merged step by step") {
  auto t = table_of(1);
  for (std::uint32_t n = 0; n < 2'500; ++n)
    (void)apply(t, of_group("g" + std::to_string(1'000 + n), news));
  const auto next_life = complete(nth(2), {6, 0}, {get(nth(2), {6, 0})});
  gossip_merge merge{telling({next_life})};
  CHECK_FALSE(merge.next(t, 0s).done);
  CHECK(groups(t.state()).size() > 1'000);
  CHECK_FALSE(merge.next(t, 0s).done);
  CHECK(merge.next(t, 0s).done);
  CHECK(groups(t.state()) == std::vector<std::string>{"g"});
}
