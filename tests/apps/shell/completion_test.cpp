#include "apps/shell/completion.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/apps/shell/shell_fixture.hpp"

namespace scalesmall {

namespace {

using words = std::vector<std::string>;

}  // namespace

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
