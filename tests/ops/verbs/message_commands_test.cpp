#include "ops/verbs/message_commands.hpp"

#include <doctest/doctest.h>

#include "tests/ops/verbs/routing_fixture.hpp"
#include "tests/ops/verbs/shell_fixture.hpp"

namespace scalesmall {

TEST_CASE_FIXTURE(routing_fixture, "receive answers with the messages that came meanwhile") {
  int steps = 0;
  time.step = [&] {
    if (++steps == 2) node.receiving({other, "g", "it rains"});
    if (steps == 3) node.receiving({other, "h", std::string{"\x1b[2J\xff", 5}});
  };
  const auto begin = time.now();
  const auto all = run("receive news 1.5");
  CHECK(node.tag == "news");
  REQUIRE(all.size() == 2);
  CHECK(all[0].dump() == R"({"sender":"127.0.0.1:30000","group":"g","text":"it rains"})");
  CHECK(time.now() - begin >= std::chrono::milliseconds{1500});
  CHECK(!node.receiving);
}

TEST_CASE_FIXTURE(routing_fixture, "receive as text shows each message at once and printable") {
  for_people();
  std::size_t shown_by_then = 0;
  int steps = 0;
  time.step = [&] {
    if (++steps == 2) node.receiving({other, "g", "\x1b[2J"});
    if (steps == 4) shown_by_then = shown.size();
  };
  CHECK(run("receive news 1") == nullptr);
  CHECK(shown == std::vector<std::string>{R"(127.0.0.1:30000 g \x1b[2J)"});
  CHECK(shown_by_then == 1);
}

TEST_CASE_FIXTURE(routing_fixture, "receive holds a bounded number of bytes for an answer") {
  int steps = 0;
  time.step = [&] {
    if (++steps > 2) return;
    for (int i = 0; i < 8; ++i) node.receiving({other, "g", std::string(1024 * 1024 + 1, 'x')});
  };
  CHECK(run("receive news 1") == "unavailable");
}

TEST_CASE_FIXTURE(routing_fixture, "receive tells why it cannot") {
  CHECK(run("receive \"\" 1") == "invalid_argument");
  CHECK(run("receive news -1") == "invalid_argument");
  node.refusal = call_error::unavailable;
  CHECK(run("receive news 1") == "unavailable");
}

TEST_CASE_FIXTURE(shell_fixture, "send gives a message to the node, or tells why not") {
  CHECK(run("send shop news \"it rains\"") == R"({"ok":true,"result":"ok"})");
  CHECK(node.sent == std::vector<std::string>{"shop|news|it rains"});
  node.refusal = call_error::unknown_group;
  CHECK(fault_of("send shop news x") == "unknown_group");
  CHECK(fault_of("send shop \"\" x") == "invalid_argument");
}

}  // namespace scalesmall
