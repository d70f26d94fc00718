#include "apps/documents/documents.hpp"

#include <doctest/doctest.h>

#include "apps/client/client_command.hpp"
#include "apps/config/config_file.hpp"
#include "apps/config/option_table.hpp"
#include "apps/documents/completion_script.hpp"
#include "apps/documents/manual.hpp"
#include "ops/verbs/log_levels.hpp"

namespace scalesmall {

namespace {

using document_words = std::vector<std::string_view>;

bool has_text(const std::string& in, const std::string& what) { return in.find(what) != in.npos; }

}  // namespace

TEST_CASE("a document is chosen by its name and its argument") {
  CHECK(document(document_words{"man"})->value() == program_manual());
  CHECK(document(document_words{"man", "1"})->value() == program_manual());
  CHECK(document(document_words{"man", "5"})->value() == config_manual());
  CHECK(document(document_words{"completion", "bash"})->value() == bash_completion());
  CHECK(document(document_words{"completion", "zsh"})->value() == zsh_completion());
  CHECK(document(document_words{"example-config"})->value() == example_config());
  CHECK_FALSE(document({}));
  CHECK_FALSE(document(document_words{"node"}));
  for (const auto& wrong :
       {document_words{"man", "2"}, {"completion"}, {"completion", "fish"}, {"man", "1", "5"}})
    CHECK(document(wrong)->error().sentence.find("it must be") != std::string::npos);
}

TEST_CASE("every option is in the manuals, the completions and the example") {
  for (const auto& x : all_options()) {
    const std::string name{x.name};
    CAPTURE(name);
    CHECK(has_text(program_manual(), ".It Fl -" + name + (x.argument.empty() ? "\n" : " Ar ")));
    CHECK(has_text(config_manual(), ".It Sy " + name + " = Ar "));
    CHECK(has_text(bash_completion(), " --" + name));
    CHECK(has_text(zsh_completion(), "'--" + name + ':'));
    CHECK(has_text(example_config(), "\n#" + name + " = ") == (name != "json"));
    if (!x.variable.empty())
      CHECK(has_text(program_manual(), ".Ev " + std::string{x.variable} + ' '));
  }
}

TEST_CASE("every verb is in the manual and the completions") {
  for (const auto& x : client_verbs()) {
    CAPTURE(x.synopsis);
    CHECK(has_text(program_manual(), ".It Sy \"" + x.synopsis + '"'));
    const auto name = x.synopsis.substr(0, x.synopsis.find(' '));
    CHECK(has_text(bash_completion(), "    " + name + ") "));
    CHECK(has_text(zsh_completion(), "      " + name + ")\n"));
  }
}

TEST_CASE("the completions know the levels of the log") {
  std::string levels;
  for (const auto x : all_log_levels) levels += ' ' + std::string{to_string(x)};
  CHECK(has_text(bash_completion(), "printf '%s\\n'" + levels + '\n'));
  CHECK(has_text(zsh_completion(), "printf '%s\\n'" + levels + '\n'));
}

TEST_CASE("the example is a configuration that changes nothing") {
  const auto settings = parse_config(example_config());
  REQUIRE(settings);
  CHECK(settings->empty());
}

TEST_CASE("no line of a manual is long, and none begins with what mdoc would take for a macro") {
  for (const auto& text : {program_manual(), config_manual()}) {
    for (std::size_t begin = 0; begin < text.size();) {
      const auto end = text.find('\n', begin);
      const auto line = text.substr(begin, end - begin);
      CAPTURE(line);
      if (!line.starts_with('.')) CHECK(line.size() <= 80);
      CHECK_FALSE(line.empty());
      begin = end + 1;
    }
  }
}

}  // namespace scalesmall
