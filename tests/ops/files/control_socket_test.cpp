#include "ops/files/control_socket.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "ops/files/socket_places.hpp"
#include "ops/files/tcp_listener.hpp"

namespace scalesmall {

namespace {

namespace fs = std::filesystem;

struct socket_fixture {
  fs::path directory =
      fs::temp_directory_path() / ("scalesmall-socket-test-" + std::to_string(::getpid()));
  std::string path = directory / "a.sock";

  socket_fixture() { fs::create_directory(directory); }
  ~socket_fixture() { fs::remove_all(directory); }

  [[nodiscard]] std::string refused_sentence(const std::string& where) const {
    const auto opened = control_socket::open(where, 0660);
    return opened ? "" : opened.error().sentence;
  }
};

variable_reader variables(std::vector<std::pair<std::string, std::string>> all) {
  return [all = std::move(all)](const char* name) -> std::optional<std::string> {
    for (const auto& [known, value] : all) {
      if (known == name) return value;
    }
    return {};
  };
}

}  // namespace

TEST_CASE_FIXTURE(socket_fixture, "a socket has its mode, and is gone at the end with its lock") {
  {
    const auto opened = control_socket::open(path, 0640);
    REQUIRE(opened);
    struct stat about {};
    REQUIRE(::stat(path.c_str(), &about) == 0);
    CHECK(S_ISSOCK(about.st_mode));
    CHECK((about.st_mode & 07777) == 0640);
  }
  CHECK(fs::is_empty(directory));
}

TEST_CASE_FIXTURE(socket_fixture, "a live socket is not stolen, one of the dead is taken over") {
  {
    const auto first = control_socket::open(path, 0660);
    REQUIRE(first);
    const auto second = control_socket::open(path, 0660);
    REQUIRE_FALSE(second);
    CHECK(second.error().in_use);
    CHECK(second.error().sentence == '"' + path + "\" is in use by another process, which runs");
    CHECK(fs::exists(path));
  }
  {
    // What a process that was killed leaves.
    auto left = control_socket::open(path, 0660);
    ::close(left->release());
    fs::rename(path, path + ".left");
  }
  fs::rename(path + ".left", path);
  CHECK(control_socket::open(path, 0660));
}

TEST_CASE_FIXTURE(socket_fixture, "what cannot be a socket is refused in one sentence") {
  std::ofstream{path} << "a file of somebody";
  CHECK(refused_sentence(path) == '"' + path + "\" is there already, and is no socket");
  CHECK(fs::file_size(path) == 18);
  const auto too_long = directory / std::string(110, 'x');
  CHECK(refused_sentence(too_long).ends_with("is too long, a path of a socket may have 107 bytes"));
  CHECK(refused_sentence(directory / "none" / "a.sock").find("cannot be used: No such file") !=
        std::string::npos);
  CHECK(fs::exists(path));
}

TEST_CASE("sockets are where the environment says") {
  const net_id id = *parse_net_id("127.0.0.1:29999");
  CHECK(socket_path(id, 7, variables({})) == "/tmp/scalesmall-7/127.0.0.1-29999.sock");
  CHECK(socket_path(id, 7, variables({{"XDG_RUNTIME_DIR", "/run/user/7"}})) ==
        "/run/user/7/scalesmall/127.0.0.1-29999.sock");
  const auto service =
      variables({{"RUNTIME_DIRECTORY", "/run/a:/run/b"}, {"XDG_RUNTIME_DIR", "/x"}});
  CHECK(socket_path(id, 7, service) == "/run/a/127.0.0.1-29999.sock");
  CHECK(socket_directories(7, service) == std::vector<std::string>{"/run/a", "/x/scalesmall",
                                                                   "/run/scalesmall",
                                                                   "/tmp/scalesmall-7"});
  CHECK(socket_directories(7, variables({})) ==
        std::vector<std::string>{"/run/scalesmall", "/tmp/scalesmall-7"});
}

TEST_CASE_FIXTURE(socket_fixture, "a directory that others may change is not used") {
  CHECK(make_directory_of(directory / "made" / "a.sock"));
  CHECK(fs::status(directory / "made").permissions() == fs::perms::owner_all);
  CHECK(make_directory_of(directory / "made" / "b.sock"));
  fs::permissions(directory / "made", fs::perms::all);
  CHECK_FALSE(make_directory_of(directory / "made" / "c.sock"));
  fs::create_directory_symlink(directory, directory / "link");
  CHECK_FALSE(is_safe_directory(directory / "link"));
  CHECK_FALSE(make_directory_of(directory / "none" / "none" / "a.sock"));
}

TEST_CASE("a TCP port is taken, or the reason is told") {
  for (const auto* text : {"127.0.0.1:0", "[::1]:0"}) {
    const auto first = listen_tcp(*parse_net_id(text));
    if (!first && first.error() == std::errc::address_not_available) continue;  // no IPv6 here
    REQUIRE(first);
    CHECK(first->at.port != 0);
    const auto second = listen_tcp(first->at);
    REQUIRE_FALSE(second);
    CHECK(second.error() == std::errc::address_in_use);
    ::close(first->fd);
  }
}

}  // namespace scalesmall
