#include "ops/verbs/command_syntax.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "tests/ops/verbs/shell_fixture.hpp"

namespace scalesmall {

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
      {"add_item g 0 5 0", "invalid_argument", "PORT: \"0\" is not allowed, it must be a port"},
      {"remove_item g 0 5 0", "invalid_argument", "1..65535"},
      {"add_items g 80", "invalid_argument", "FROM..TO is missing"},
      {"add_items g 0 0..9", "invalid_argument", "PORT: \"0\""},
      {"add_items g 80 0..9 9..8", "invalid_argument", "FROM..TO: \"9..8\""},
      {"add_item g 0 5", "invalid_argument", "PORT is missing"},
      {"add_item g 0 5 1 1", "invalid_argument", "too many"},
      {"topology g put", "invalid_argument", "add, rmv or get"},
      {"watch g --exec", "invalid_argument", "CMD is missing"},
      {"watch g --exec true", "invalid_argument", "only scalesmall watch"},
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
    const auto shown = line.substr(0, 60);
    CAPTURE(shown);
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

}  // namespace scalesmall
