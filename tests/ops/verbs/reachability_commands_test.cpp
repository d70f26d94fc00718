#include "ops/verbs/reachability_commands.hpp"

#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "ops/verbs/completion.hpp"
#include "ops/verbs/render.hpp"
#include "tests/at.hpp"
#include "tests/ops/verbs/routing_fixture.hpp"

namespace scalesmall {

namespace {

using namespace std::chrono_literals;

/// The other member is unreachable, as this node and a third one say.
struct reachability_fixture : routing_fixture {
  net_id third = *parse_net_id("127.0.0.1:30001");

  reachability_fixture() {
    time.step = [] {};
    REQUIRE(time.wait_for(20s));
    node.member_list = {node.id(), other, third};
    node.judged.watching = true;
    node.judged.members = {
        {other, reach_state::unreachable, reach_reason::refused, at(7'650ms), {node.id(), third}}};
  }
};

}  // namespace

TEST_CASE_FIXTURE(reachability_fixture, "reachability tells who states a member, since when, why") {
  const auto told = run("reachability g");
  CHECK(told["isolated"] == false);
  REQUIRE(told["members"].size() == 3);
  CHECK(told["members"][0].dump() == R"({"member":"127.0.0.1:29999","state":"reachable",)"
                                     R"("seconds":null,"stated_by":[],"why":null})");
  CHECK(told["members"][1].dump() ==
        R"({"member":"127.0.0.1:30000","state":"unreachable","seconds":12.4,)"
        R"("stated_by":["127.0.0.1:29999","127.0.0.1:30001"],"why":"refused"})");
  CHECK(run("reachability") == told);
  CHECK(run("reachability g h") == "invalid_argument");
}

TEST_CASE_FIXTURE(reachability_fixture, "reachability as text is a table, isolation a line above") {
  for_people();
  CHECK(render_text(run("reachability g")) ==
        "member           state        seconds  stated_by                         why\n"
        "127.0.0.1:29999  reachable    -        -                                 -\n"
        "127.0.0.1:30000  unreachable  12.4     127.0.0.1:29999, 127.0.0.1:30001  refused\n"
        "127.0.0.1:30001  reachable    -        -                                 -\n");
  CHECK(shown.empty());
  node.judged.isolated = true;
  (void)run("reachability g");
  REQUIRE(shown.size() == 1);
  CHECK(shown[0].starts_with("this node is isolated"));
}

TEST_CASE_FIXTURE(reachability_fixture,
                  "a member that does not take part is not called reachable") {
  node.unwatched = {node.id()};
  CHECK(run("reachability g")["members"][0]["state"] == "unwatched");
  CHECK(run("reachability")["members"].size() == 2);
}

TEST_CASE_FIXTURE(reachability_fixture, "a node without the failure detector judges nobody") {
  node.judged = {};
  CHECK(run("reachability") == "unavailable");
  CHECK(run("members g --reachable").size() == 3);
}

TEST_CASE_FIXTURE(reachability_fixture, "members lists all, or those that are not unreachable") {
  CHECK(run("members g").size() == 3);
  CHECK(run("members g --reachable").dump() == R"(["127.0.0.1:29999","127.0.0.1:30001"])");
  node.judged.members[0].state = reach_state::suspect;
  CHECK(run("members g --reachable").size() == 3);
  for (const auto* line : {"members g --all", "members g --reachable x"}) {
    CAPTURE(line);
    CHECK(run(line) == "invalid_argument");
  }
  CHECK(complete(node, "members g ") == std::vector<std::string>{"--reachable"});
}

TEST_CASE_FIXTURE(reachability_fixture, "owners leaves the unreachable out, or marks them") {
  CHECK(run("owners g 0x40000000").size() == 1);
  CHECK(run("owners g 0xa0000000").empty());
  CHECK(run("owners g 0x40000000 --all").dump() ==
        R"([{"member":"127.0.0.1:29999","start":0,"end":2147483647,"port":80,"state":"reachable"},)"
        R"({"member":"127.0.0.1:30000","start":1073741824,"end":3221225471,"port":81,)"
        R"("state":"unreachable"}])");
}

TEST_CASE_FIXTURE(reachability_fixture, "coverage tells unreachable owners from a gap") {
  const auto pieces = run("coverage g");
  REQUIRE(pieces.size() == 4);
  CHECK(!pieces[0].contains("unreachable"));
  CHECK(pieces[2].dump() == R"({"start":2147483648,"end":3221225471,"members":0,"owners":[],)"
                            R"("unreachable":[{"member":"127.0.0.1:30000","port":81}]})");
  for_people();
  const std::string sixteen(16, '#');
  const std::string dashes(16, '-');
  const std::string none(16, ' ');
  CHECK(run("coverage g") ==
        "127.0.0.1:29999 |" + sixteen + sixteen + none + none + "|\n127.0.0.1:30000 |" + none +
            dashes + dashes + none + "|\nnobody          |" + none + none + none +
            std::string(16, 'X') +
            "|\n"
            "50.0 % of all keys have an owner; 1 gap, 0 overlaps, 1 range of unreachable members "
            "alone\n"
            "0..1073741823           127.0.0.1:29999 port 80\n"
            "1073741824..2147483647  127.0.0.1:29999 port 80, "
            "127.0.0.1:30000 port 81 (unreachable)\n"
            "2147483648..3221225471  127.0.0.1:30000 port 81 (unreachable)\n"
            "3221225472..4294967295  nobody");
}

TEST_CASE_FIXTURE(reachability_fixture,
                  "watch tells when a member becomes unreachable and returns") {
  int steps = 0;
  time.step = [&] {
    if (++steps == 2)
      node.watching(
          {"g", false, {member_unreachable{other, {5, 1}}, member_reachable{other, {5, 2}}}});
  };
  const auto told = run("watch g 1");
  REQUIRE(told.size() == 4);
  CHECK(told[2].dump() ==
        R"({"event":"member_unreachable","member":"127.0.0.1:30000","incarnation":5,"clock":1})");
  CHECK(told[3]["event"] == "member_reachable");
}

}  // namespace scalesmall
