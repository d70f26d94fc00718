#include "ops/verbs/routing_commands.hpp"

#include <scalesmall/key_of.hpp>

#include <doctest/doctest.h>

#include "ops/verbs/render.hpp"
#include "tests/ops/verbs/routing_fixture.hpp"

namespace scalesmall {

TEST_CASE_FIXTURE(routing_fixture, "owners lists the owners of a key given as a number or a text") {
  CHECK(run("owners g 5").dump() ==
        R"([{"member":"127.0.0.1:29999","start":0,"end":2147483647,"port":80}])");
  CHECK(run("owners g 0x40000000").size() == 2);
  CHECK(run("owners g 4294967295").empty());
  CHECK(run("owners unknown 5").empty());
  REQUIRE(key_of("abc") == 0xba7816bf);
  CHECK(run("owners g \"abc\"").dump() ==
        R"([{"member":"127.0.0.1:30000","start":1073741824,"end":3221225471,"port":81}])");
  REQUIRE(key_of("5") > 0xbfffffff);
  CHECK(run("owners g \"5\"").empty());
}

TEST_CASE_FIXTURE(routing_fixture, "a key out of range and a text without quotes are refused") {
  for (const auto* line :
       {"owners g 4294967296", "owners g -1", "owners g abc", "owners g", "owners g 1 2", "owners",
        "coverage", "coverage g 1", "watch", "watch g -1", "watch \"\" 1"}) {
    CAPTURE(line);
    CHECK(run(line) == "invalid_argument");
  }
}

TEST_CASE_FIXTURE(routing_fixture, "coverage lists pieces with their owners") {
  const auto pieces = run("coverage g");
  REQUIRE(pieces.size() == 4);
  CHECK(pieces[0].dump() == R"({"start":0,"end":1073741823,"members":1,)"
                            R"("owners":[{"member":"127.0.0.1:29999","port":80}]})");
  CHECK(pieces[1]["members"] == 2);
  CHECK(pieces[1]["owners"].size() == 2);
  CHECK(pieces[3].dump() == R"({"start":3221225472,"end":4294967295,"members":0,"owners":[]})");
  CHECK(run("coverage unknown").dump() ==
        R"([{"start":0,"end":4294967295,"members":0,"owners":[]}])");
}

TEST_CASE_FIXTURE(routing_fixture, "watch reports events until its time is over") {
  int steps = 0;
  time.step = [&] {
    if (++steps == 2) node.watching({"g", false, {range_added{{other, {1, 2}, 81}, {5, 1}}}});
  };
  const auto begin = time.now();
  CHECK(run("watch g 1.5").dump() ==
        R"([{"event":"snapshot"},)"
        R"({"event":"member_joined","member":"127.0.0.1:29999","incarnation":1,"clock":0},)"
        R"({"event":"range_added","member":"127.0.0.1:30000","start":1,"end":2,"port":81,)"
        R"("incarnation":5,"clock":1}])");
  CHECK(time.now() - begin >= std::chrono::milliseconds{1500});
  CHECK(!node.watching);
}

TEST_CASE_FIXTURE(routing_fixture, "watch as text prints each event at once") {
  for_people();
  std::size_t shown_by_then = 0;
  int steps = 0;
  time.step = [&] {
    if (++steps == 2) node.watching({"g", false, {member_left{other, {5, 1}}}});
    if (steps == 4) shown_by_then = shown.size();
  };
  CHECK(run("watch g 1") == nullptr);
  CHECK(shown == std::vector<std::string>{"snapshot", "member_joined 127.0.0.1:29999",
                                          "member_left 127.0.0.1:30000"});
  CHECK(shown_by_then == 3);
}

TEST_CASE_FIXTURE(routing_fixture, "watch ends when the node refuses and when the program stops") {
  time.budget = std::chrono::milliseconds{100};
  CHECK(run("watch g 1") == "unavailable");
  CHECK(!node.watching);
  node.refusal = call_error::timeout;
  CHECK(run("watch g 1") == "timeout");
}

}  // namespace scalesmall
