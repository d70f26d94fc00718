#include "apps/shell/routing_commands.hpp"

#include <scalesmall/key_of.hpp>

#include <doctest/doctest.h>

#include "apps/shell/render.hpp"
#include "tests/apps/shell/fake_node.hpp"

namespace scalesmall {

namespace {

const auto other = *parse_net_id("127.0.0.1:30000");

struct routing_fixture {
  fake_node node;
  virtual_pause time;
  command_context context{node, time};
  std::vector<std::string> shown;

  routing_fixture() {
    run("add_item g 0 0x7fffffff 80");
    node.items["g"].push_back({{other, {0x40000000, 0xbfffffff}, op::add, 81}, {5, 1}});
  }

  json run(std::string_view line) {
    const auto answer = run_command(context, line);
    return answer ? *answer : json(std::string{to_string(answer.error().code)});
  }

  void for_people() {
    context.show = [this](const std::string& line) { shown.push_back(line); };
  }
};

}  // namespace

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

TEST_CASE_FIXTURE(routing_fixture, "coverage as text is a drawing") {
  for_people();
  const std::string sixteen(16, '#');
  const std::string none(16, ' ');
  CHECK(run("coverage g") == "127.0.0.1:29999 |" + sixteen + sixteen + none + none + "|\n" +
                                 "127.0.0.1:30000 |" + none + sixteen + sixteen + none + "|\n" +
                                 "nobody          |" + none + none + none + std::string(16, 'X') +
                                 "|\n"
                                 "75.0 % of all keys have an owner; 1 gap, 1 overlap\n"
                                 "0..1073741823           127.0.0.1:29999 port 80\n"
                                 "1073741824..2147483647  127.0.0.1:29999 port 80, "
                                 "127.0.0.1:30000 port 81\n"
                                 "2147483648..3221225471  127.0.0.1:30000 port 81\n"
                                 "3221225472..4294967295  nobody");
}

TEST_CASE_FIXTURE(routing_fixture, "a column that is partly served has its own mark") {
  for_people();
  run("add_item small 5 9 80");
  const auto drawn = run("coverage small").get<std::string>();
  CHECK(drawn.starts_with("127.0.0.1:29999 |+" + std::string(63, ' ') + "|\nnobody          |x" +
                          std::string(63, 'X') + "|\n0.0 % of all keys"));
}

TEST_CASE_FIXTURE(routing_fixture, "only the first ones of many members are drawn") {
  for_people();
  for (std::uint16_t i = 0; i < 40; ++i)
    node.items["many"].push_back({{{other.address, i}, {i, i}, op::add, 1}, {5, 1}});
  const auto drawn = run("coverage many").get<std::string>();
  CHECK(drawn.find("127.0.0.1:31 ") != std::string::npos);
  CHECK(drawn.find("\nand 8 members more\nnobody") != std::string::npos);
  CHECK(drawn.find("127.0.0.1:32 |") == std::string::npos);
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
