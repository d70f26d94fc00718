#include "ops/verbs/health_commands.hpp"

#include <doctest/doctest.h>

#include "tests/ops/verbs/shell_fixture.hpp"

namespace scalesmall {

namespace {

using kind = pinged_member::kind;
using std::chrono_literals::operator""us;

const net_id one_member = *parse_net_id("127.0.0.1:30001");
const net_id other_member = *parse_net_id("127.0.0.1:30002");

}  // namespace

TEST_CASE_FIXTURE(shell_fixture, "ping says of each member whether it answers and knows the same") {
  node.pinged["g"] = {{one_member, kind::same, 1'500us, "0.1.0"}, {other_member}};
  CHECK(
      run("ping g") ==
      R"({"ok":true,"result":{"well":false,"versions":["0.1.0"],"groups":[{"group":"g","asked":2,)"
      R"("silent":1,"differ":0,"members":[)"
      R"({"member":"127.0.0.1:30001","answer":"same","round_trip_ms":1.5,"version":"0.1.0"},)"
      R"({"member":"127.0.0.1:30002","answer":"silent","round_trip_ms":null,"version":null}]}]}})");
  CHECK(fault_of("ping unknown") == "unknown_group");
}

TEST_CASE_FIXTURE(shell_fixture, "ping without a group asks in all groups of the node") {
  CHECK(run("ping").find(R"("well":true,"versions":[],"groups":[])") != std::string::npos);
  run("add_item g 0 9 80");
  run("add_item h 0 9 80");
  node.pinged["g"] = {{one_member, kind::differs, 1'000us, "0.1.0"}};
  node.pinged["h"] = {{one_member, kind::same, 1'000us, "0.2.0"}};
  const auto answer = run_command(context, "ping");
  REQUIRE(answer);
  CHECK(answer->at("well") == false);
  CHECK(answer->at("groups").size() == 2);
  const auto text = ping_text(*answer);
  CHECK(text.starts_with("\"g\": asked 1, silent 0, know something else 1\n"));
  CHECK(text.ends_with("the members are of several versions: 0.1.0 0.2.0\n"));
}

TEST_CASE_FIXTURE(shell_fixture, "ping as text shows first who is silent or knows something else") {
  node.pinged["g"] = {{one_member, kind::same, 1'000us, "0.1.0"}, {other_member}};
  context.show = [](const std::string&) {};
  const auto text = run_command(context, "ping g")->get<std::string>();
  CHECK(text.find("127.0.0.1:30002") < text.find("127.0.0.1:30001"));
}

TEST_CASE_FIXTURE(shell_fixture, "doctor names each finding with a remedy") {
  node.restarts = 0;
  node.member_list = {one_member};
  node.told_facts.multicast = false;
  CHECK(run("doctor") == R"({"ok":true,"result":[]})");
  CHECK(findings_text(json::array()).starts_with("nothing is wrong"));
  node.restarts = 3;
  node.told_facts.ready = false;
  const auto answer = run_command(context, "doctor");
  REQUIRE(answer);
  REQUIRE(answer->size() == 2);
  CHECK(answer->at(0).at("subject") == "seeds");
  CHECK(answer->at(1).at("finding") == "actors were restarted 3 times");
  CHECK(findings_text(*answer).find("actors were restarted 3 times\n  scalesmall tree") !=
        std::string::npos);
}

}  // namespace scalesmall
