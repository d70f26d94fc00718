#include "apps/documents/documents.hpp"

#include "apps/config/option_table.hpp"
#include "apps/documents/completion_script.hpp"
#include "apps/documents/manual.hpp"

namespace scalesmall {

namespace {

struct document_row {
  std::string_view name;
  std::string_view argument;
  std::string (*text)();
};

constexpr document_row documents[]{
    {"man", "", &program_manual},           {"man", "1", &program_manual},
    {"man", "5", &config_manual},           {"completion", "bash", &bash_completion},
    {"completion", "zsh", &zsh_completion}, {"example-config", "", &example_config},
};

std::string allowed_after(std::string_view name) {
  if (name == "man") return "man: it must be 1 or 5, or nothing";
  if (name == "completion") return "completion: it must be bash or zsh";
  return std::string{name} + ": it takes no argument";
}

}  // namespace

std::string example_config() {
  std::string text =
      "# Settings of a node; scalesmall.conf(5) explains them. Take the # away to change one.\n";
  for (const auto& x : all_options()) {
    if (x.name == "json") continue;  // a shell's
    text += "\n# " + std::string{x.help} + "\n#" + std::string{x.name} + " = " +
            (x.argument.empty() ? "off" : std::string{x.argument}) + '\n';
  }
  return text;
}

std::optional<result<std::string, bad_options>> document(
    std::span<const std::string_view> arguments) {
  if (arguments.empty()) return {};
  bool known = false;
  const auto argument = arguments.size() == 1 ? std::string_view{} : arguments[1];
  for (const auto& x : documents) {
    if (x.name != arguments[0]) continue;
    known = true;
    if (x.argument == argument && arguments.size() <= 2) return x.text();
  }
  if (!known) return {};
  return bad_options{allowed_after(arguments[0])};
}

}  // namespace scalesmall
