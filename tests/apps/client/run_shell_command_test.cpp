#include "apps/client/run_shell_command.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <doctest/doctest.h>

namespace scalesmall {

TEST_CASE("a command of the shell gets input and variables") {
  const auto file = std::filesystem::temp_directory_path() /
                    ("scalesmall-command-test-" + std::to_string(::getpid()));
  const std::string input(100'000, 'x');
  CHECK(run_shell_command("cat > \"$A_FILE\"; test \"$HOME\" = /none", input,
                          {"A_FILE=" + file.string(), "HOME=/none"})
            .empty());
  std::ifstream written{file};
  CHECK(std::string{std::istreambuf_iterator<char>{written}, {}} == input);
  std::filesystem::remove(file);
}

TEST_CASE("a command that fails says how, whether it has read its input or not") {
  const std::string input(1'000'000, 'x');
  CHECK(run_shell_command("true", input, {}).empty());
  CHECK(run_shell_command("exit 3", input, {}) == "has ended with status 3");
  CHECK(run_shell_command("kill -9 $$", input, {}) == "was killed by signal 9");
}

}  // namespace scalesmall
