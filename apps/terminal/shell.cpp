#include "apps/terminal/shell.hpp"

#include "ops/verbs/commands.hpp"
#include "ops/verbs/render.hpp"

namespace scalesmall {

namespace {

bool says_nothing(std::string_view line) {
  const auto begin = line.find_first_not_of(" \t\r");
  return begin == line.npos || line[begin] == '#';
}

}  // namespace

bool run_shell(node_control& node, pause& time, line_reader& lines, std::ostream& out,
               output_form form) {
  command_context context{node, time};
  if (form == output_form::text)
    context.show = [&out](const std::string& line) { out << line << std::endl; };
  bool all_worked = true;
  while (!context.quit) {
    const auto line = lines.next();
    if (!line) break;
    if (says_nothing(*line)) continue;
    const auto answer = run_command(context, *line);
    all_worked = all_worked && answer.has_value();
    out << (form == output_form::json ? render_json(answer) + '\n' : render_text(answer))
        << std::flush;
    if (!out) return false;
  }
  return all_worked;
}

}  // namespace scalesmall
