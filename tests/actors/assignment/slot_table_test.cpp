#include "actors/assignment/slot_table.hpp"

#include <doctest/doctest.h>

#include "tests/actors/names.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace slot_effects;
using namespace std::chrono_literals;

namespace {

using effects_of_table = std::vector<slot_effect>;

const auto self = names::nth(1);
const auto b = names::nth(2);
const auto c = names::nth(3);
constexpr std::uint32_t slot = 7;

/// What the node does of itself about the slot.
effects_of_table after_look(slot_table& table, const slot_outlook& x, time_point now) {
  table.look(slot, x, now);
  return table.take();
}

/// A node that serves the slot.
slot_table serving_table(std::uint32_t replicas = 1) {
  slot_table table{self, replicas, 0};
  table.look(slot, {{self}, {}}, at(0s));
  table.ready(slot);
  static_cast<void>(table.take());
  return table;
}

/// A node that has asked b, by question 1, whether it may stop.
slot_table releasing_table() {
  auto table = serving_table();
  table.look(slot, {{b}, {b}}, at(10s));
  static_cast<void>(table.take());
  return table;
}

}  // namespace

TEST_CASE("a target loads a slot and then serves it") {
  slot_table table{self, 1, 0};
  CHECK(after_look(table, {{b}, {}}, at(0s)).empty());
  CHECK(after_look(table, {{self}, {b, c}}, at(0s)) ==
        effects_of_table{claimed{slot, claim::get}, assigned{slot, {b, c}}});
  CHECK(after_look(table, {{self}, {b, c}}, at(1s)).empty());
  CHECK(table.ready(slot));
  CHECK(table.take() == effects_of_table{claimed{slot, claim::add}});
  CHECK(table.stage(slot) == slot_stage::serving);
}

TEST_CASE("a slot that is to go elsewhere while it loads is given up at once") {
  slot_table table{self, 1, 0};
  table.look(slot, {{self}, {}}, at(0s));
  static_cast<void>(table.take());
  CHECK(after_look(table, {{b}, {}}, at(1s)) ==
        effects_of_table{revoked{slot, {b}}, claimed{slot, claim::rmv}});
  CHECK(table.loading() == 0);
}

TEST_CASE("a slot that could not be loaded is tried again later and later") {
  slot_table table{self, 1, 0};
  time_point now{};
  for (const auto pause : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
    CHECK(after_look(table, {{self}, {}}, now).size() == 2);
    CHECK(table.failed(slot, now));
    CHECK(table.take() == effects_of_table{claimed{slot, claim::rmv}});
    CHECK(table.next_due() == now + pause);
    CHECK(after_look(table, {{self}, {}}, now + pause - 1ms).empty());
    now += pause;
  }
}

TEST_CASE("few slots load at a time that others serve, and what nobody serves does not wait") {
  slot_table table{self, 1, 0};
  for (std::uint32_t i = 0; i < 10; ++i) table.look(i, {{self}, {b}}, at(0s));
  CHECK(table.loading() == slot_table::loading_max_least);
  CHECK(!table.next_due());
  table.look(10, {{self}, {}}, at(0s));
  CHECK(table.loading() == 5);
  table.ready(10);
  table.ready(0);
  CHECK(table.due(at(1s)) == std::vector<std::uint32_t>{4, 5, 6, 7, 8, 9});
  for (const auto i : table.due(at(1s))) table.look(i, {{self}, {b}}, at(1s));
  CHECK(table.loading() == slot_table::loading_max_least);
  CHECK(table.due(at(1s)).empty());
  table.set_share(64);
  for (std::uint32_t i = 0; i < 10; ++i) table.look(i, {{self}, {b}}, at(2s));
  CHECK(table.loading() == 8);
}

TEST_CASE("a node stops serving after all targets have promised to go on") {
  auto table = serving_table(2);
  CHECK(after_look(table, {{b, c}, {b}}, at(10s)).empty());  // c does not serve yet
  CHECK(after_look(table, {{b, c}, {b, c}}, at(10s)) ==
        effects_of_table{release_question{slot, b, 1}, release_question{slot, c, 1}});
  table.answered(slot, b, 1, true, at(11s));
  table.answered(slot, b, 1, true, at(11s));
  CHECK(after_look(table, {{b, c}, {b, c}}, at(11s)).empty());
  table.answered(slot, c, 1, true, at(11s));
  CHECK(table.due(at(11s)) == std::vector{slot});
  CHECK(after_look(table, {{b, c}, {b, c}}, at(11s)) == effects_of_table{revoked{slot, {b, c}}});
  CHECK(table.stage(slot) == slot_stage::revoking);
  CHECK(table.released(slot));
  CHECK(table.take() == effects_of_table{claimed{slot, claim::rmv}});
  CHECK(table.stage(slot) == slot_stage::none);
}

TEST_CASE("a program that does not give a slot up in time loses it") {
  auto table = releasing_table();
  table.answered(slot, b, 1, true, at(11s));
  CHECK(after_look(table, {{b}, {b}}, at(11s)).size() == 1);
  CHECK(table.next_due() == at(21s));
  CHECK(after_look(table, {{b}, {b}}, at(21s)) == effects_of_table{claimed{slot, claim::rmv}});
  CHECK(!table.released(slot));
}

TEST_CASE("a node that is refused, not answered, or whose targets change goes on serving") {
  SUBCASE("refused") {
    auto table = releasing_table();
    table.answered(slot, b, 1, false, at(11s));
    CHECK(table.stage(slot) == slot_stage::serving);
    CHECK(after_look(table, {{b}, {b}}, at(11'500ms)).empty());
    CHECK(after_look(table, {{b}, {b}}, at(12s)) == effects_of_table{release_question{slot, b, 2}});
    table.answered(slot, b, 1, true, at(12s));  // an answer to the first question is too late
    CHECK(after_look(table, {{b}, {b}}, at(12s)).empty());
  }
  SUBCASE("not answered, as if the target had died") {
    auto table = releasing_table();
    CHECK(table.next_due() == at(15s));
    CHECK(after_look(table, {{b}, {b}}, at(15s)).empty());
    CHECK(table.stage(slot) == slot_stage::serving);
  }
  SUBCASE("another target") {
    auto table = releasing_table();
    table.answered(slot, b, 1, true, at(11s));
    CHECK(after_look(table, {{c}, {b, c}}, at(11s)).empty());
    CHECK(table.stage(slot) == slot_stage::serving);
  }
  SUBCASE("the target is not reachable any more") {
    auto table = releasing_table();
    table.answered(slot, b, 1, true, at(11s));
    CHECK(after_look(table, {{b}, {}}, at(11s)).empty());
    CHECK(table.stage(slot) == slot_stage::serving);
  }
  SUBCASE("a promise that was looked at too late") {
    auto table = releasing_table();
    table.answered(slot, b, 1, true, at(11s));
    CHECK(after_look(table, {{b}, {b}}, at(30s)).empty());
    CHECK(table.stage(slot) == slot_stage::serving);
  }
}

TEST_CASE("only a target that serves and does not want to stop promises to go on") {
  auto table = serving_table();
  CHECK(table.asked(slot, b, {{self}, {b}}, at(1s)));
  CHECK(!table.asked(slot, b, {{b}, {b}}, at(1s)));
  CHECK(!table.asked(slot, self, {{self}, {b}}, at(1s)));
  CHECK(!table.asked(8, b, {{self}, {b}}, at(1s)));
  auto releasing = releasing_table();
  CHECK(!releasing.asked(slot, b, {{b}, {b}}, at(10s)));
  CHECK(!releasing.asked(slot, b, {{self}, {b}}, at(10s)));
}

TEST_CASE("a promise is kept until the other's claim is gone, or 30 s") {
  SUBCASE("the claim goes") {
    auto table = serving_table();
    CHECK(table.asked(slot, b, {{self}, {b, c}}, at(1s)));
    CHECK(after_look(table, {{c}, {b, c}}, at(2s)).empty());
    CHECK(table.next_due() == at(31s));
    CHECK(after_look(table, {{c}, {c}}, at(3s)) == effects_of_table{release_question{slot, c, 1}});
  }
  SUBCASE("the time passes") {
    auto table = serving_table();
    CHECK(table.asked(slot, b, {{self}, {b, c}}, at(1s)));
    CHECK(after_look(table, {{c}, {b, c}}, at(30s)).empty());
    CHECK(after_look(table, {{c}, {b, c}}, at(31s)) ==
          effects_of_table{release_question{slot, c, 1}});
  }
}

TEST_CASE("a node that does not drain goes on if there are fewer targets than replicas") {
  auto table = serving_table(2);
  CHECK(after_look(table, {{b}, {b}}, at(1s)).empty());
  table.set_draining(true);
  CHECK(after_look(table, {{b}, {b}}, at(1s)) == effects_of_table{release_question{slot, b, 1}});
  auto last = serving_table();
  last.set_draining(true);
  CHECK(after_look(last, {{}, {}}, at(1s)).empty());
}

TEST_CASE("a node that was hidden loses the slots that others serve") {
  auto table = serving_table();
  table.fence(slot, {{self}, {}});
  CHECK(table.take().empty());
  table.fence(slot, {{self}, {b}});
  CHECK(table.take() == effects_of_table{lost{slot}, claimed{slot, claim::rmv}});
  CHECK(table.stage(slot) == slot_stage::none);
  table.fence(slot, {{self}, {b}});
  CHECK(table.take().empty());
}

TEST_CASE("an answer to a question of a former life does not count") {
  slot_table table{self, 1, 5};
  table.look(slot, {{self}, {}}, at(0s));
  table.ready(slot);
  table.look(slot, {{b}, {b}}, at(1s));
  CHECK(table.take().back() ==
        slot_effect{release_question{slot, b, (std::uint64_t{5} << 32) + 1}});
  table.answered(slot, b, 1, true, at(1s));
  CHECK(after_look(table, {{b}, {b}}, at(1s)).empty());
}

TEST_CASE("answers of the program to what it was not asked do nothing") {
  slot_table table{self, 1, 0};
  CHECK(!table.ready(slot));
  CHECK(!table.failed(slot, at(0s)));
  CHECK(!table.released(slot));
  auto serving = serving_table();
  CHECK(!serving.ready(slot));
  CHECK(!serving.failed(slot, at(0s)));
  CHECK(!serving.released(slot));
  CHECK(serving.take().empty());
}
