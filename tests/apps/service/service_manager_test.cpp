#include "apps/service/service_manager.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "apps/service/reporter.hpp"

namespace scalesmall {

namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""us;

/// A service manager's end of the protocol.
class notify_socket {
public:
  explicit notify_socket(std::string name) : name_(std::move(name)) {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::ranges::copy(name_, at.sun_path);
    if (name_.front() == '@') at.sun_path[0] = '\0';
    const auto length = offsetof(sockaddr_un, sun_path) + name_.size();
    REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&at), static_cast<socklen_t>(length)) ==
            0);
    const timeval limit{30, 0};
    REQUIRE(::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
  }
  notify_socket(const notify_socket&) = delete;
  notify_socket& operator=(const notify_socket&) = delete;
  ~notify_socket() {
    ::close(fd_);
    if (name_.front() == '/') ::unlink(name_.c_str());
  }

  /// The next datagram; empty if none is there.
  std::string next(int flags = 0) {
    std::array<char, 512> text{};
    const auto n = ::recv(fd_, text.data(), text.size(), flags);
    return n == -1 ? std::string{} : std::string{text.data(), static_cast<std::size_t>(n)};
  }

  /// The variables that a process of this manager finds.
  [[nodiscard]] variable_reader variables(std::map<std::string, std::string> more = {}) const {
    more.emplace("NOTIFY_SOCKET", name_);
    return [more](const char* name) -> std::optional<std::string> {
      const auto found = more.find(name);
      if (found == more.end()) return {};
      return found->second;
    };
  }

private:
  std::string name_;
  int fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

std::string socket_name(const std::string& prefix) {
  return prefix + "scalesmall-notify-" + std::to_string(::getpid());
}

}  // namespace

TEST_CASE("lines go to the socket of the service manager, by path or by an abstract name") {
  const auto path = std::filesystem::temp_directory_path().string() + '/';
  for (const auto& name : {socket_name(path), socket_name("@")}) {
    notify_socket manager{name};
    const service_manager to{manager.variables()};
    REQUIRE(to.is_there());
    CHECK_FALSE(to.watchdog());
    CHECK(to.tell("READY=1") == 0);
    CHECK(manager.next() == "READY=1");
  }
}

TEST_CASE("without a service manager nothing is told") {
  for (const auto& name : {"", "tcp", "relative/path"}) {
    const service_manager none{[&](const char*) -> std::optional<std::string> {
      if (*name == '\0') return {};
      return name;
    }};
    CHECK_FALSE(none.is_there());
    CHECK(none.passed_over() == name);
    CHECK(none.tell("READY=1") == 0);
  }
}

TEST_CASE("the watchdog is one for this process") {
  const notify_socket manager{socket_name("@")};
  const auto watchdog = [&](std::map<std::string, std::string> variables) {
    return service_manager{manager.variables(std::move(variables))}.watchdog();
  };
  const auto self = std::to_string(::getpid());
  CHECK(watchdog({{"WATCHDOG_USEC", "30000000"}}) == 30s);
  CHECK(watchdog({{"WATCHDOG_USEC", "5"}, {"WATCHDOG_PID", self}}) == 5us);
  CHECK_FALSE(watchdog({{"WATCHDOG_USEC", "5"}, {"WATCHDOG_PID", "1"}}));
  CHECK_FALSE(watchdog({{"WATCHDOG_USEC", "0"}}));
  CHECK_FALSE(watchdog({{"WATCHDOG_USEC", "many"}}));
}

TEST_CASE("a service manager that cannot be told is named once in the log") {
  const auto manager = std::make_unique<notify_socket>(socket_name("@"));
  const service_manager to{manager->variables()};
  std::vector<std::string> warnings;
  const auto ready = [] {
    std::promise<void> beat;
    beat.set_value();
    return beat.get_future();
  };
  reporter tells{to,
                 {ready, [] { return std::string{"well"}; },
                  [&](const std::string& x) { warnings.push_back(x); }}};
  CHECK(warnings.empty());
  const service_manager to_nobody{[](const char* name) -> std::optional<std::string> {
    if (std::string_view{name} == "NOTIFY_SOCKET") return "/nobody/listens/here";
    return {};
  }};
  reporter unheard{to_nobody,
                   {ready, [] { return std::string{"well"}; },
                    [&](const std::string& x) { warnings.push_back(x); }}};
  unheard.reloading();
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].find("cannot be told") != std::string::npos);
}

TEST_CASE("a node tells that it is ready, that it lives while it does, and that it stops") {
  notify_socket manager{socket_name("@")};
  const service_manager to{manager.variables({{"WATCHDOG_USEC", "2000"}})};
  std::promise<void> stuck;
  std::promise<std::string> warned;
  std::atomic<int> pulses = 0;
  {
    reporter tells{to,
                   {[&] {
                      std::promise<void> beat;
                      if (++pulses == 3) return stuck.get_future();
                      beat.set_value();
                      return beat.get_future();
                    },
                    [&] { return "pulse " + std::to_string(pulses); },
                    [&](const std::string& x) {
                      if (pulses == 3 && x.find("is not told") != x.npos) warned.set_value(x);
                    }}};
    CHECK(manager.next() == "READY=1\nSTATUS=pulse 0");
    CHECK(manager.next() == "WATCHDOG=1\nSTATUS=pulse 1");
    CHECK(manager.next() == "WATCHDOG=1\nSTATUS=pulse 2");
    CHECK(warned.get_future().wait_for(30s) == std::future_status::ready);
    CHECK(manager.next(MSG_DONTWAIT).empty());
    stuck.set_value();
    CHECK(manager.next() == "WATCHDOG=1\nSTATUS=pulse 3");
    tells.reloading();
  }
  std::string last;
  bool reloading = false;
  for (auto next = manager.next(MSG_DONTWAIT); !next.empty(); next = manager.next(MSG_DONTWAIT)) {
    reloading |= next.starts_with("RELOADING=1\nMONOTONIC_USEC=");
    last = next;
  }
  CHECK(reloading);
  CHECK(last == "STOPPING=1\nSTATUS=stopping");
}

}  // namespace scalesmall
