#include "ops/ping/ping_round.hpp"

#include <doctest/doctest.h>

namespace scalesmall {

namespace {

using kind = pinged_member::kind;
using net_ids = std::vector<net_id>;
using std::chrono_literals::operator""ms;

net_id member_at(std::uint16_t port) { return {ip_address::v4(127, 0, 0, 1), port}; }

net_ids members_up_to(std::uint16_t last) {
  net_ids all;
  for (std::uint16_t port = 1; port <= last; ++port) all.push_back(member_at(port));
  return all;
}

}  // namespace

TEST_CASE("questions and answers are texts") {
  CHECK(parse_ping_question(to_text(ping_question{7})) == ping_question{7});
  for (const ping_answer& x : {ping_answer{7, "0.1.0", {}}, ping_answer{~std::uint64_t{0}, "1", 0}})
    CHECK(parse_ping_answer(to_text(x)) == x);
  CHECK(parse_ping_question("7 something new") == ping_question{7});
  CHECK(parse_ping_answer("7 0.1.0 5 something new") == ping_answer{7, "0.1.0", 5});
}

TEST_CASE("what is no answer is passed over") {
  for (const auto* text : {"", "x", "-1", "18446744073709551616"})
    CHECK_FALSE(parse_ping_question(text));
  for (const auto* text : {"", "7", "7 0.1.0", "7  5", "x 0.1.0 5", "7 0.1.0 x", "7 \x1b[31m 5",
                           "7 0123456789012345678901234567890123 5"})
    CHECK_FALSE(parse_ping_answer(text));
}

TEST_CASE("of 32 members two are silent and one knows something else") {
  ping_round round{members_up_to(32)};
  for (std::uint16_t port = 1; port <= 30; ++port) {
    CHECK_FALSE(round.is_over());
    round.hear(member_at(port), {1, "0.1.0", port == 7 ? 8 : 5}, 5, 3ms);
  }
  CHECK_FALSE(round.is_over());
  CHECK(round.differing() == net_ids{member_at(7)});
  const auto outcome = round.outcome();
  REQUIRE(outcome.size() == 32);
  CHECK(outcome[0] == pinged_member{member_at(1), kind::same, 3ms, "0.1.0"});
  CHECK(outcome[6] == pinged_member{member_at(7), kind::differs, 3ms, "0.1.0"});
  CHECK(outcome[30] == pinged_member{member_at(31)});
  CHECK(outcome[31] == pinged_member{member_at(32)});
}

TEST_CASE("a member that is asked again may know the same by then") {
  ping_round round{members_up_to(1)};
  round.hear(member_at(1), {1, "0.1.0", 4}, 5, 1ms);
  CHECK(round.differing().size() == 1);
  round.hear(member_at(1), {1, "0.1.0", 6}, 6, 9ms);
  CHECK(round.is_over());
  CHECK(round.outcome()[0] == pinged_member{member_at(1), kind::same, 1ms, "0.1.0"});
}

TEST_CASE("a part of a group is compared with nothing") {
  ping_round round{members_up_to(2)};
  round.hear(member_at(1), {1, "0.1.0", {}}, 5, 1ms);
  round.hear(member_at(2), {1, "0.1.0", 5}, {}, 1ms);
  round.hear(member_at(3), {1, "0.1.0", 5}, 5, 1ms);  // nobody asked it
  CHECK(round.is_over());
  CHECK(round.outcome().size() == 2);
  CHECK(round.outcome()[0].what == kind::part);
  CHECK(round.outcome()[1].what == kind::part);
  CHECK(ping_round{{}}.is_over());
}

}  // namespace scalesmall
