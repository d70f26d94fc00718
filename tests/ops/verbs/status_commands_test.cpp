#include "ops/verbs/status_commands.hpp"

#include <doctest/doctest.h>

#include "tests/ops/verbs/shell_fixture.hpp"

namespace scalesmall {

TEST_CASE_FIXTURE(shell_fixture, "status tells what a node is and knows") {
  run("add_item shop 0 0x7fffffff 8080");
  const auto status = json::parse(run("status")).at("result");
  CHECK(status.at("node") == "127.0.0.1:29999");
  CHECK(status.at("started_at") == "2025-11-30T13:35:40Z");
  CHECK(status.at("cluster").is_null());
  CHECK(status.at("sealed_by").is_null());
  CHECK(status.at("ready") == true);
  CHECK(status.at("restarts") == 12);
  CHECK(status.at("groups").size() == 1);
  CHECK(status.at("groups")[0].at("covered_percent") == 50.0);
  CHECK(status.at("groups")[0].at("gaps") == 1);
  CHECK(status.at("warnings").empty());
}

TEST_CASE_FIXTURE(shell_fixture, "status warns in words") {
  node.told_facts.ready = false;
  node.judged.isolated = true;
  const auto warnings = json::parse(run("status")).at("result").at("warnings");
  CHECK(warnings == json::array({"this node is isolated: it hears nobody",
                                 "this node has not heard yet of what its seeds know"}));
}

TEST_CASE_FIXTURE(shell_fixture, "the text of status is made from its JSON") {
  run("add_item shop 0 0x7fffffff 8080");
  const auto answer = *run_command(context, "status");
  std::string shown;
  context.show = [&](const std::string& line) { shown += line; };
  CHECK(run_command(context, "status")->get<std::string>() + '\n' == status_text(answer));
  CHECK(status_text(answer).find("group         \"shop\": members 0, covered 50.0 %, gaps 1") !=
        std::string::npos);
}

TEST_CASE_FIXTURE(shell_fixture, "counters are exact to the last bit") {
  CHECK(run("counters") ==
        R"({"ok":true,"result":{"frames_sent":7,"fault_bad_magic":18446744073709551615}})");
  CHECK(counters_text(*run_command(context, "counters")) ==
        "frames_sent      7\nfault_bad_magic  18446744073709551615\n");
}

}  // namespace scalesmall
