#include "ops/verbs/commands.hpp"

#include <doctest/doctest.h>

#include "tests/ops/verbs/shell_fixture.hpp"

namespace scalesmall {

TEST_CASE_FIXTURE(shell_fixture, "a node is joined by all addresses of a name") {
  const std::vector<net_id> both{*parse_net_id("127.0.0.8:5"), *parse_net_id("127.0.0.9:5")};
  node.names["seed"] = both;
  CHECK(run("join g seed:5") == R"({"ok":true,"result":"ok"})");
  CHECK(node.joined["g"] == both);
  CHECK(run("join h nosuch:5").find("no address is known") != std::string::npos);
  CHECK_FALSE(node.joined.contains("h"));
}

TEST_CASE_FIXTURE(shell_fixture, "a name that nobody answers for does not delay the stop") {
  time.budget = std::chrono::seconds{3};
  CHECK(run("join g silent:5").find("unavailable") != std::string::npos);
  CHECK_FALSE(node.joined.contains("g"));
}

TEST_CASE_FIXTURE(shell_fixture, "a node on loopback joins nobody who cannot reach it") {
  CHECK(run("join g 10.0.0.1:5").find("--address") != std::string::npos);
  node.names["seed"] = {*parse_net_id("10.0.0.1:5"), *parse_net_id("127.0.0.9:5")};
  CHECK(run("join g seed:5") == R"({"ok":true,"result":"ok"})");
  CHECK(node.joined["g"] == std::vector<net_id>{*parse_net_id("127.0.0.9:5")});
  CHECK(run("join g 0.0.0.0:5").find("invalid_argument") != std::string::npos);
}

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
        R"("restarts":0,"last_failure_at":null,"last_reason":null},)"
        R"({"path":"group_manager/receiver","kind":"worker","state":"running","restarts":12,)"
        R"("last_failure_at":"2025-11-30T13:35:40Z","last_reason":"broken\\x1b[31m"}]})");
  CHECK(run("quit") == R"({"ok":true,"result":null})");
  CHECK(context.quit);
}

TEST_CASE_FIXTURE(shell_fixture, "many ranges are added, and set, by one command") {
  CHECK(run("add_items g 80 0..9 0x10..0x1f") ==
        R"({"ok":true,"result":[)"
        R"({"member":"127.0.0.1:29999","op":"add","start":0,"end":9,)"
        R"("port":80,"incarnation":1763793600,"clock":0},)"
        R"({"member":"127.0.0.1:29999","op":"add","start":16,"end":31,)"
        R"("port":80,"incarnation":1763793600,"clock":1}]})");
  CHECK(run_command(context, "set_items g 81 5..6")->size() == 1);
  CHECK(run_command(context, "topology g")->size() == 1);
  CHECK(run("set_items g 81") == R"({"ok":true,"result":[]})");
}

TEST_CASE_FIXTURE(shell_fixture, "a change is kept if the command says so") {
  run("join a");
  run("join b 127.0.0.1:1 --range 0..9 --keep");
  run("join c --keep");
  run("add_item d 0 9 80 --keep");
  run("add_item d 0 9 80");
  run("add_items e 80 0..9 10..19 --keep");
  run("set_items f 80 --keep");
  CHECK(node.kept == std::vector<std::string>{"b", "c", "d", "e", "f"});
  node.refusal = call_error::not_kept;
  CHECK(fault_of("add_item d 0 9 80 --keep") == "not_kept");
  node.refusal = call_error::no_state;
  CHECK(fault_of("add_item d 0 9 80 --keep") == "invalid_argument");
  CHECK(fault_of("leave d --keep") == "invalid_argument");
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

  time.step = [&] { (void)node.add_item("g", {1, 2}, 3, keep::no); };
  CHECK(run("await topology g add 2") == R"({"ok":true,"result":2})");
}

TEST_CASE_FIXTURE(shell_fixture, "await ends at once if the count has passed the number unseen") {
  node.member_list.assign(4, node.id());
  CHECK(run("await members g 3 0") == R"({"ok":true,"result":4})");
  node.member_list.push_back(node.id());
  CHECK(fault_of("await members g 4 0") == "timeout");  // 4 were told, so departures are awaited
  node.member_list.push_back(node.id());
  run("members g");
  CHECK(fault_of("await members g 5 0") == "timeout");
  run("join g");
  run("leave g");
  CHECK(run("await members g 5 0") == R"({"ok":true,"result":6})");

  for (std::uint32_t key = 0; key < 3; ++key) (void)node.add_item("g", {key, key}, 3, keep::no);
  CHECK(run("await topology g add 2 0") == R"({"ok":true,"result":3})");
  run("topology g add");
  CHECK(fault_of("await topology g add 2 0") == "timeout");
}

TEST_CASE_FIXTURE(shell_fixture, "await --at-most waits for departures, whatever was told") {
  node.member_list.assign(4, node.id());
  CHECK(fault_of("await members g 3 0 --at-most") == "timeout");
  time.step = [&] { node.member_list.pop_back(); };
  CHECK(run("await members g 2 --at-most") == R"({"ok":true,"result":2})");
  CHECK(run("await members g 3 --at-most") == R"({"ok":true,"result":2})");
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
  CHECK(node.crashed == std::vector<std::string>(2, "group_manager/receiver"));
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
    const auto found = ('\n' + all).find('\n' + std::string{x.name} + ' ');
    CHECK((found != std::string::npos) == (x.run != nullptr));
  }
  const auto one = run_command(context, "help await")->get<std::string>();
  CHECK(one.starts_with("await members GROUP N [SECONDS]"));
  CHECK(std::ranges::count(one, '\n') == 1);
}

TEST_CASE_FIXTURE(shell_fixture, "a claim is leased, or kept, or neither") {
  CHECK(run_command(context, "add_item g 0 9 80 --ttl-s 1.5"));
  CHECK(node.leases == std::vector{std::chrono::milliseconds{1'500}});
  CHECK(node.kept.empty());
  CHECK(message_of("add_item g 0 9 80 --ttl-s 2 --keep").find("exclude") != std::string::npos);
  CHECK(fault_of("add_item g 0 9 80 --ttl-s 0.5") == "invalid_argument");
  CHECK(node.leases.size() == 1);
}

TEST_CASE_FIXTURE(shell_fixture, "what only a running node is asked for is refused by its shell") {
  CHECK(message_of("events") == "a node is asked for it from outside: scalesmall events");
  CHECK(fault_of("log_level debug") == "unavailable");
  std::optional<log_level> level;
  context.set_log_level = [&](log_level to, auto) { level = to; };
  CHECK(run_command(context, "log_level error --for 1"));
  CHECK(level == log_level::error);
}

}  // namespace scalesmall
