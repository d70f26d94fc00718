#include "apps/shell/commands.hpp"

#include <doctest/doctest.h>

#include "apps/shell/completion.hpp"
#include "apps/shell/render.hpp"
#include "tests/apps/shell/fake_node.hpp"

namespace scalesmall {

namespace {

struct shell_fixture {
  fake_node node;
  virtual_pause time;
  command_context context{node, time};

  std::string run(std::string_view line) { return render_json(run_command(context, line)); }

  std::string fault_of(std::string_view line) {
    const auto answer = run_command(context, line);
    return answer ? "none" : std::string{to_string(answer.error().code)};
  }

  std::string message_of(std::string_view line) {
    return run_command(context, line).error().message;
  }
};

using words = std::vector<std::string>;

}  // namespace

TEST_CASE_FIXTURE(shell_fixture, "each command has its form of answer") {
  CHECK(run("my_id") == R"({"ok":true,"result":"127.0.0.1:29999"})");
  CHECK(run("join Group1 127.0.0.1:1 [::1]:2") == R"({"ok":true,"result":"ok"})");
  CHECK(node.joined["Group1"] ==
        std::vector<net_id>{*parse_net_id("127.0.0.1:1"), *parse_net_id("[::1]:2")});
  CHECK(node.interests["Group1"] == whole_range);
  run("join Part 127.0.0.1:1 --range 0x10..255");
  CHECK(node.interests["Part"] == key_range{16, 255});
  CHECK(node.joined["Part"].size() == 1);
  run("join Part --range 7..7");
  CHECK(node.interests["Part"] == key_range{7, 7});
  CHECK(run("add_item Group1 0xf 0xff 11223") ==
        R"({"ok":true,"result":{"member":"127.0.0.1:29999","op":"add","start":15,"end":255,)"
        R"("port":11223,"incarnation":1763793600,"clock":1}})");
  CHECK(run("remove_item Group1 15 255 11223").find(R"("op":"rmv")") != std::string::npos);
  CHECK(run("topology Group1 get") ==
        R"({"ok":true,"result":[{"member":"127.0.0.1:29999","op":"get","start":0,)"
        R"("end":4294967295,"port":0,"incarnation":1763793600,"clock":0}]})");
  CHECK(run_command(context, "topology Group1")->size() == 3);
  CHECK(run("topology nobody") == R"({"ok":true,"result":[]})");
  CHECK(run("leave Group1") == R"({"ok":true,"result":"ok"})");
  CHECK(run("tree") ==
        R"({"ok":true,"result":[{"path":"group_manager","kind":"supervisor","state":"running",)"
        R"("restarts":0},{"path":"group_manager/receiver","kind":"worker","state":"running",)"
        R"("restarts":12}]})");
  CHECK(run("quit") == R"({"ok":true,"result":null})");
  CHECK(context.quit);
}

TEST_CASE_FIXTURE(shell_fixture, "lists are sorted as strings") {
  node.member_list = {*parse_net_id("127.0.0.1:9"), *parse_net_id("127.0.0.1:10")};
  CHECK(run("members g") == R"({"ok":true,"result":["127.0.0.1:10","127.0.0.1:9"]})");
  CHECK(run("peers") == R"({"ok":true,"result":["127.0.0.1:10","127.0.0.1:9"]})");
  run("join b");
  run("join a");
  CHECK(run("groups") == R"({"ok":true,"result":["a","b"]})");
  CHECK(run("my_groups") == R"({"ok":true,"result":["a","b"]})");
}

TEST_CASE_FIXTURE(shell_fixture,
                  "a malformed command is refused with its code and changes nothing") {
  struct row {
    std::string_view line;
    std::string_view fault;
    std::string_view named;
  };
  const std::string over_long(256, 'g');
  const std::string name = "join " + over_long;
  const std::string huge = "join " + std::string(line_bytes_max, 'g');
  const std::vector<row> table{
      {"fly", "unknown_command", "\"fly\""},
      {"JOIN g", "unknown_command", "\"JOIN\""},
      {"\"\"", "unknown_command", "\"\""},
      {"await", "invalid_argument", "help await"},
      {"await peers 3", "invalid_argument", "\"await peers\""},
      {"join", "invalid_argument", "GROUP is missing"},
      {"join \"\"", "invalid_argument", "GROUP: \"\""},
      {name, "invalid_argument", "1 to 255 bytes"},
      {"join \xff", "invalid_argument", "UTF-8"},
      {"join a\x01z", "invalid_argument", "control characters"},
      {"join \"g", "invalid_argument", "not closed"},
      {huge, "invalid_argument", "longer than"},
      {"join g 127.0.0.1", "invalid_argument", "HOST:PORT: \"127.0.0.1\""},
      {"join g 127.0.0.1:0", "invalid_argument", "1..65535"},
      {"join g 300.0.0.1:1", "invalid_argument", "300.0.0.1:1"},
      {"join g [::1:1", "invalid_argument", "[::1:1"},
      {"join g --range", "invalid_argument", "FROM..TO is missing"},
      {"join g --range 2..1", "invalid_argument", "FROM..TO: \"2..1\""},
      {"join g --range 2", "invalid_argument", "FROM..TO: \"2\""},
      {"join g --range 0..4294967296", "invalid_argument", "FROM..TO: \"0..4294967296\""},
      {"join g --range 0..9 127.0.0.1:1", "invalid_argument", "too many"},
      {"join g --part 0..9", "invalid_argument", "\"--part\""},
      {"add_item g 2 1 3", "invalid_argument", "TO: \"1\""},
      {"add_item g 0 4294967296 3", "invalid_argument", "4294967296"},
      {"add_item g 0x1ffffffff 5 3", "invalid_argument", "FROM: \"0x1ffffffff\""},
      {"add_item g -1 5 3", "invalid_argument", "FROM: \"-1\""},
      {"add_item g 0 5 65536", "invalid_argument", "PORT: \"65536\""},
      {"add_item g 0 5", "invalid_argument", "PORT is missing"},
      {"add_item g 0 5 1 1", "invalid_argument", "too many"},
      {"topology g put", "invalid_argument", "add, rmv or get"},
      {"await members g -1", "invalid_argument", "N: \"-1\""},
      {"await members g 1 soon", "invalid_argument", "SECONDS: \"soon\""},
      {"sleep nan", "invalid_argument", "SECONDS: \"nan\""},
      {"sleep 1e3", "invalid_argument", "SECONDS"},
      {"sleep -1", "invalid_argument", "SECONDS"},
      {"my_id now", "invalid_argument", "too many"},
      {"crash group_manager/nobody", "not_found", "group_manager/nobody"},
      {"leave g", "not_found", "no such item"},
      {"help fly", "unknown_command", "fly"},
  };
  for (const auto& [line, fault, named] : table) {
    CAPTURE(line.substr(0, 60));
    CHECK(fault_of(line) == fault);
    CHECK(message_of(line).find(named) != std::string::npos);
    CHECK(json::accept(run(line)));
  }
  CHECK(node.items.empty());
  CHECK(node.crashed.empty());
}

TEST_CASE_FIXTURE(shell_fixture, "a quoted word may contain blanks and quotes") {
  CHECK(split_words(R"(  a "b c"  "d\"e\\" f"g )").value() ==
        std::vector<word>{{"a"}, {"b c", true}, {"d\"e\\", true}, {"f\"g"}});
  CHECK(split_words(" \t ").value().empty());
  run(R"(join "a group")");
  CHECK(run("groups") == R"({"ok":true,"result":["a group"]})");
}

TEST_CASE_FIXTURE(shell_fixture, "an error of the node becomes the matching error of the command") {
  const std::vector<std::pair<call_error, std::string_view>> table{
      {call_error::invalid_argument, "invalid_argument"}, {call_error::not_found, "not_found"},
      {call_error::limit_exceeded, "unavailable"},        {call_error::unavailable, "unavailable"},
      {call_error::unknown_group, "unknown_group"},       {call_error::timeout, "timeout"}};
  for (const auto& [refusal, code] : table) {
    node.refusal = refusal;
    for (const auto line : {"join g", "leave g", "add_item g 1 2 3", "remove_item g 1 2 3"}) {
      CHECK(fault_of(line) == code);
    }
  }
}

TEST_CASE_FIXTURE(shell_fixture, "an exception of a command is an internal error") {
  node.throws = true;
  CHECK(run("add_item g 1 2 3") ==
        R"({"ok":false,"error":{"code":"internal","message":"broken"}})");
}

TEST_CASE_FIXTURE(shell_fixture,
                  "await ends when the count reaches the number from below or from above") {
  const auto id = node.id();
  time.step = [&] { node.member_list.push_back(id); };
  CHECK(run("await members g 3") == R"({"ok":true,"result":3})");
  CHECK(run("await members g 3") == R"({"ok":true,"result":3})");
  time.step = [&] { node.member_list.pop_back(); };
  CHECK(run("await members g 1") == R"({"ok":true,"result":1})");

  time.step = [&] { (void)node.add_item("g", {1, 2}, 3); };
  CHECK(run("await topology g add 2") == R"({"ok":true,"result":2})");
}

TEST_CASE_FIXTURE(shell_fixture, "await ends at its time limit, by default after ten seconds") {
  const auto took = [&](std::string_view line) {
    const auto begin = time.now();
    CHECK(fault_of(line) == "timeout");
    return time.now() - begin;
  };
  CHECK(took("await members g 1") == std::chrono::seconds{10});
  CHECK(took("await topology g rmv 1 0.5") == std::chrono::milliseconds{500});
  CHECK(took("await members g 1 0") == std::chrono::milliseconds{0});
}

TEST_CASE_FIXTURE(shell_fixture, "crash answers once the actor has crashed, or after a second") {
  const auto took = [&] {
    const auto begin = time.now();
    CHECK(run("crash group_manager/receiver") == R"({"ok":true,"result":"ok"})");
    return time.now() - begin;
  };
  CHECK(took() == std::chrono::seconds{1});
  time.step = [&, waits = 0]() mutable { node.restarts += ++waits == 5 ? 1 : 0; };
  CHECK(took() == std::chrono::milliseconds{5});
  CHECK(node.crashed == words(2, "group_manager/receiver"));
}

TEST_CASE_FIXTURE(shell_fixture, "a stop interrupts await and sleep") {
  time.budget = std::chrono::milliseconds{100};
  CHECK(fault_of("await members g 1") == "unavailable");
  CHECK(fault_of("sleep 60") == "unavailable");
  time.budget = std::chrono::milliseconds{1500};
  CHECK(run("sleep 1.5") == R"({"ok":true,"result":"ok"})");
}

TEST_CASE_FIXTURE(shell_fixture, "help lists every command once, or the given one") {
  const auto all = run_command(context, "help")->get<std::string>();
  for (const auto& x : all_commands()) {
    CHECK(('\n' + all).find('\n' + std::string{x.name}) != std::string::npos);
  }
  const auto one = run_command(context, "help await")->get<std::string>();
  CHECK(one.starts_with("await members GROUP N [SECONDS]"));
  CHECK(std::ranges::count(one, '\n') == 1);
}

TEST_CASE_FIXTURE(shell_fixture, "completion follows the pattern of the command") {
  run("join Group1");
  run("join Other");
  CHECK(complete(node, "my_") == words{"my_groups", "my_id"});
  CHECK(complete(node, "aw") == words{"await"});
  CHECK(complete(node, "await ") == words{"members", "topology"});
  CHECK(complete(node, "leave ") == words{"Group1", "Other"});
  CHECK(complete(node, "await members G") == words{"Group1"});
  CHECK(complete(node, "topology Group1 ") == words{"add", "get", "rmv"});
  CHECK(complete(node, "crash group_manager/") == words{"group_manager/receiver"});
  CHECK(complete(node, "help qu") == words{"quit"});
  CHECK(complete(node, "fly ").empty());
  CHECK(complete(node, "my_id ").empty());
  CHECK(complete(node, "\"open ").empty());
}

}  // namespace scalesmall
