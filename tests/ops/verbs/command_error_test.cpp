#include "ops/verbs/command_error.hpp"

#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/ops/verbs/shell_fixture.hpp"

namespace scalesmall {

TEST_CASE_FIXTURE(shell_fixture, "an error of the node becomes the matching error of the command") {
  const std::vector<std::pair<call_error, std::string_view>> table{
      {call_error::invalid_argument, "invalid_argument"},
      {call_error::not_found, "not_found"},
      {call_error::limit_exceeded, "unavailable"},
      {call_error::unavailable, "unavailable"},
      {call_error::unknown_group, "unknown_group"},
      {call_error::timeout, "timeout"},
      {call_error::not_kept, "not_kept"},
      {call_error::no_state, "invalid_argument"}};
  for (const auto& [refusal, code] : table) {
    node.refusal = refusal;
    for (const auto line : {"join g", "leave g", "add_item g 1 2 3", "remove_item g 1 2 3"}) {
      CHECK(fault_of(line) == code);
    }
  }
}

}  // namespace scalesmall
