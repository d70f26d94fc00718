#include "apps/client/run_shell_command.hpp"

#include <array>
#include <cerrno>
#include <spawn.h>
#include <string_view>
#include <sys/mman.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace scalesmall {

namespace {

/// A file in memory, which a command may read or not. A pipe would wait for it.
class memory_file {
public:
  explicit memory_file(std::string_view content) : fd_(::memfd_create("input", MFD_CLOEXEC)) {
    while (fd_ != -1 && !content.empty()) {
      const auto n = ::write(fd_, content.data(), content.size());
      if (n <= 0) break;
      content.remove_prefix(static_cast<std::size_t>(n));
    }
    whole_ = content.empty() && ::lseek(fd_, 0, SEEK_SET) == 0;
  }
  memory_file(const memory_file&) = delete;
  memory_file& operator=(const memory_file&) = delete;
  ~memory_file() {
    if (fd_ != -1) ::close(fd_);
  }

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool is_whole() const { return whole_; }

private:
  int fd_;
  bool whole_ = false;
};

std::string cannot_run(int error) {
  return "cannot be run: " + std::generic_category().message(error);
}

std::string_view name_of(std::string_view variable) {
  return variable.substr(0, variable.find('='));
}

/// The environment of this process with some variables set.
std::vector<char*> environment_with(const std::vector<std::string>& variables) {
  std::vector<char*> all;
  for (auto* const* x = environ; *x != nullptr; ++x) {
    bool replaced = false;
    for (const auto& variable : variables) replaced |= name_of(variable) == name_of(*x);
    if (!replaced) all.push_back(*x);
  }
  // The system does not change them, although its parameter is not const.
  for (const auto& variable : variables) all.push_back(const_cast<char*>(variable.c_str()));
  all.push_back(nullptr);
  return all;
}

}  // namespace

std::string run_shell_command(const std::string& command, const std::string& input,
                              const std::vector<std::string>& variables) {
  const memory_file file{input};
  if (!file.is_whole()) return cannot_run(errno);
  std::string shell = "sh";
  std::string option = "-c";
  auto text = command;
  const std::array<char*, 4> arguments{shell.data(), option.data(), text.data(), nullptr};
  posix_spawn_file_actions_t files{};
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_adddup2(&files, file.fd(), STDIN_FILENO);
  pid_t process = 0;
  const int error = ::posix_spawn(&process, "/bin/sh", &files, nullptr, arguments.data(),
                                  environment_with(variables).data());
  ::posix_spawn_file_actions_destroy(&files);
  if (error != 0) return cannot_run(error);
  int status = 0;
  while (::waitpid(process, &status, 0) == -1) {
    if (errno != EINTR) return cannot_run(errno);
  }
  if (WIFSIGNALED(status)) return "was killed by signal " + std::to_string(WTERMSIG(status));
  if (WEXITSTATUS(status) == 0) return {};
  return "has ended with status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace scalesmall
