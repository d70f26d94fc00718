#include "actors/topology/anti_entropy.hpp"

#include <doctest/doctest.h>

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

}  // namespace

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
    for (auto* t : {&a, &b}) (void)t->apply(row);
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
