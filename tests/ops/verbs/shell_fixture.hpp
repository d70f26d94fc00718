#pragma once

#include <string>
#include <string_view>

#include "ops/verbs/commands.hpp"
#include "ops/verbs/render.hpp"
#include "tests/ops/verbs/fake_node.hpp"

namespace scalesmall {

/// A shell's commands at a node that is none.
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

}  // namespace scalesmall
