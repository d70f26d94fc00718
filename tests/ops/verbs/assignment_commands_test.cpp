#include "ops/verbs/assignment_commands.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "ops/verbs/render.hpp"
#include "tests/ops/verbs/shell_fixture.hpp"

namespace scalesmall {

namespace {

const std::string ok = R"({"ok":true,"result":"ok"})";

struct serving_fixture : shell_fixture {
  serving_fixture() { node.judged.watching = true; }
};

}  // namespace

TEST_CASE_FIXTURE(serving_fixture, "serve takes capacity, replicas, zone, slots and a number") {
  CHECK(run("serve g 80") == ok);
  CHECK(node.services["g"].capacity == 1);
  CHECK(node.services["g"].slots == 1'024);
  CHECK(run("serve h 81 --capacity 3 --replicas 2 --zone east --slots 64 --expect 5") == ok);
  const auto& how = node.services["h"];
  CHECK(how.port == 81);
  CHECK(how.capacity == 3);
  CHECK(how.replicas == 2);
  CHECK(how.zone == "east");
  CHECK(how.slots == 64);
  CHECK(how.expect == 5);
  for (const auto* bad :
       {"serve g", "serve g 0", "serve g 80 --capacity 0", "serve g 80 --capacity 65536",
        "serve g 80 --replicas 256", "serve g 80 --slots 100", "serve g 80 --slots 8192"}) {
    CAPTURE(bad);
    CHECK(fault_of(bad) == "invalid_argument");
  }
  node.refusal = call_error::invalid_argument;
  CHECK(message_of("serve g 80").find("already") != std::string::npos);
  node.judged.watching = false;
  CHECK(message_of("serve g 80").find("--liveness") != std::string::npos);
}

TEST_CASE_FIXTURE(serving_fixture, "drain waits, for so long at most") {
  CHECK(fault_of("drain g") == "not_found");
  run("serve g 80");
  node.drains_in_vain = 10;
  CHECK(run("drain g") == ok);
  run("serve g 80");
  node.drains_in_vain = 1'000'000;
  CHECK(fault_of("drain g 3") == "timeout");
  const auto begin = time.now();
  context.deadline = begin + std::chrono::seconds{5};
  CHECK(fault_of("drain g") == "timeout");
  CHECK(time.now() - begin < std::chrono::seconds{6});
  context.deadline.reset();
  time.budget = std::chrono::milliseconds{100};
  CHECK(message_of("drain g") == "the program is stopping");
}

TEST_CASE_FIXTURE(serving_fixture, "plan tells of members, and of those with other settings") {
  CHECK(fault_of("plan g") == "not_found");
  node.planned = group_plan{2, 4, {{node.id(), 0, 3, 4, 2, 1}}, 2, 0, 1, 3, {{3, 4, {node.id()}}}};
  CHECK(run("plan g") ==
        R"({"ok":true,"result":{"replicas":2,"slots":4,"to_take_up":2,"to_give_up":0,)"
        R"("uncovered":1,"under_replicated":3,"members":[{"member":"127.0.0.1:29999",)"
        R"("capacity":3,"planned":4,"serving":2,"loading":1}],"others":[{"replicas":3,)"
        R"("slots":4,"members":["127.0.0.1:29999"]}]}})");
  std::vector<std::string> shown;
  context.show = [&](const std::string& line) { shown.push_back(line); };
  CHECK(run_command(context, "plan g")->size() == 1);
  REQUIRE(shown.size() == 2);
  CHECK(shown[0].find("uncovered 1") != std::string::npos);
}

TEST_CASE_FIXTURE(serving_fixture, "the text of a plan by HTTP is what the shell shows") {
  node.planned = group_plan{2, 4, {{node.id(), 0, 3, 4, 2, 1}}, 2, 0, 1, 3, {{3, 4, {node.id()}}}};
  const auto asked = run_command(context, "plan g");
  std::string shown;
  context.show = [&](const std::string& line) { shown += line + '\n'; };
  shown += render_text(run_command(context, "plan g"));
  CHECK(plan_text(*asked) == shown);
}

TEST_CASE_FIXTURE(serving_fixture, "a group includes others until it excludes them") {
  CHECK(run("include g h") == ok);
  CHECK(run("included g") == R"({"ok":true,"result":["h"]})");
  CHECK(run("exclude g h") == ok);
  CHECK(run("included g") == R"({"ok":true,"result":[]})");
  CHECK(fault_of("exclude g h") == "not_found");
  CHECK(fault_of("include g \"\"") == "invalid_argument");
}

TEST_CASE_FIXTURE(serving_fixture, "takeover is for a group that is served by plan") {
  CHECK(fault_of("takeover g") == "not_found");
  run("serve g 80");
  CHECK(run("takeover g") == ok);
  CHECK(node.taken_over == std::vector<std::string>{"g"});
}

}  // namespace scalesmall
