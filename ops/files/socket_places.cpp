#include "ops/files/socket_places.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <sys/stat.h>
#include <unistd.h>

namespace scalesmall {

namespace {

constexpr std::string_view folder = "scalesmall";

std::string own_directory(uid_t user) { return "/tmp/scalesmall-" + std::to_string(user); }

}  // namespace

std::optional<std::string> read_variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return {};
  return value;
}

std::string socket_path(const net_id& node, uid_t user, const variable_reader& variable) {
  const auto file = '/' + to_string(node.address) + '-' + std::to_string(node.port) + ".sock";
  // systemd names several directories with colons between them.
  if (const auto made = variable("RUNTIME_DIRECTORY"))
    return made->substr(0, made->find(':')) + file;
  if (const auto session = variable("XDG_RUNTIME_DIR"))
    return *session + '/' + std::string{folder} + file;
  return own_directory(user) + file;
}

std::vector<std::string> socket_directories(uid_t user, const variable_reader& variable) {
  std::vector<std::string> all;
  if (const auto made = variable("RUNTIME_DIRECTORY"))
    all.push_back(made->substr(0, made->find(':')));
  if (const auto session = variable("XDG_RUNTIME_DIR"))
    all.push_back(*session + '/' + std::string{folder});
  const auto system = "/run/" + std::string{folder};
  if (std::ranges::find(all, system) == all.end()) all.push_back(system);
  all.push_back(own_directory(user));
  return all;
}

bool make_directory_of(const std::string& path) {
  const auto directory = path.substr(0, path.rfind('/'));
  if (::mkdir(directory.c_str(), 0700) == -1 && errno != EEXIST) return false;
  return is_safe_directory(directory);
}

bool is_safe_directory(const std::string& path) {
  struct stat about {};
  if (::lstat(path.c_str(), &about) == -1 || !S_ISDIR(about.st_mode)) return false;
  return (about.st_uid == ::geteuid() || about.st_uid == 0) && (about.st_mode & S_IWOTH) == 0 &&
         ((about.st_mode & S_IWGRP) == 0 || about.st_uid == 0);
}

}  // namespace scalesmall
