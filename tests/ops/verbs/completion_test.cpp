#include "ops/verbs/completion.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/ops/verbs/shell_fixture.hpp"

namespace scalesmall {

namespace {

using names = std::vector<std::string>;

}  // namespace

TEST_CASE_FIXTURE(shell_fixture, "completion follows the pattern of the command") {
  run("join Group1");
  run("join Other");
  CHECK(complete(node, "my_") == names{"my_groups", "my_id"});
  CHECK(complete(node, "aw") == names{"await"});
  CHECK(complete(node, "await ") == names{"members", "topology"});
  CHECK(complete(node, "leave ") == names{"Group1", "Other"});
  CHECK(complete(node, "await members G") == names{"Group1"});
  CHECK(complete(node, "topology Group1 ") == names{"add", "get", "rmv"});
  CHECK(complete(node, "crash group_manager/") == names{"group_manager/receiver"});
  CHECK(complete(node, "help qu") == names{"quit"});
  CHECK(complete(node, "fly ").empty());
  CHECK(complete(node, "my_id ").empty());
  CHECK(complete(node, "\"open ").empty());
}

}  // namespace scalesmall
