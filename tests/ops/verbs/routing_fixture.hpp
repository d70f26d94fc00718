#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ops/verbs/routing_commands.hpp"
#include "tests/ops/verbs/fake_node.hpp"

namespace scalesmall {

inline const auto other = *parse_net_id("127.0.0.1:30000");

/// A node that serves the first half of the keys, and another one that serves half of them from the
/// second quarter on.
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

}  // namespace scalesmall
