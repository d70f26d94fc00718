#include "apps/terminal/shell.hpp"

#include <sstream>

#include <doctest/doctest.h>

#include "tests/ops/verbs/fake_node.hpp"

namespace scalesmall {

namespace {

class given_lines final : public line_reader {
public:
  explicit given_lines(std::vector<std::string> lines) : lines_(std::move(lines)) {}

  std::optional<std::string> next() override {
    if (next_ == lines_.size()) return std::nullopt;
    return lines_[next_++];
  }

private:
  std::vector<std::string> lines_;
  std::size_t next_ = 0;
};

struct session {
  std::string output;
  bool all_worked;
};

session run(std::vector<std::string> lines, output_form form) {
  fake_node node;
  virtual_pause time;
  given_lines reader{std::move(lines)};
  std::ostringstream out;
  const bool worked = run_shell(node, time, reader, out, form);
  return {out.str(), worked};
}

}  // namespace

TEST_CASE("blank lines and comments are skipped, an error does not end the shell") {
  const auto [output, worked] =
      run({"", "  \t", "# join g", "  #", "fly", "my_id"}, output_form::json);
  CHECK(
      output ==
      R"({"ok":false,"error":{"code":"unknown_command","message":"\"fly\" is not a command; help lists them"}})"
      "\n"
      R"({"ok":true,"result":"127.0.0.1:29999"})"
      "\n");
  CHECK_FALSE(worked);
}

TEST_CASE("a shell whose answers nobody takes ends, and not all has worked") {
  fake_node node;
  virtual_pause time;
  given_lines reader{{"my_id", "join g"}};
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  CHECK_FALSE(run_shell(node, time, reader, out, output_form::json));
  CHECK(node.joined.empty());
}

TEST_CASE("quit ends the shell") {
  const auto [output, worked] = run({"quit", "my_id"}, output_form::json);
  CHECK(output == "{\"ok\":true,\"result\":null}\n");
  CHECK(worked);
}

TEST_CASE("text output has aligned columns") {
  const auto [output, worked] =
      run({"join g", "add_item g 15 255 11223", "members g", "topology g", "crash x", "quit"},
          output_form::text);
  CHECK(output ==
        "ok\n"
        "member           op   start  end  port   incarnation  clock\n"
        "127.0.0.1:29999  add  15     255  11223  1763793600   1\n"
        "(none)\n"
        "member           op   start  end         port   incarnation  clock\n"
        "127.0.0.1:29999  get  0      4294967295  0      1763793600   0\n"
        "127.0.0.1:29999  add  15     255         11223  1763793600   1\n"
        "error: not_found: no actor runs at \"x\"\n");
  CHECK_FALSE(worked);
}

}  // namespace scalesmall
