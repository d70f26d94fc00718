#pragma once

#include <array>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace scalesmall {

/// A directory with the path of a unix socket, for one test.
struct socket_directory {
  std::filesystem::path directory = std::filesystem::temp_directory_path() /
                                    ("scalesmall-http-test-" + std::to_string(::getpid()));
  std::string path = directory / "a.sock";

  socket_directory() { std::filesystem::create_directory(directory); }
  socket_directory(const socket_directory&) = delete;
  socket_directory& operator=(const socket_directory&) = delete;
  ~socket_directory() { std::filesystem::remove_all(directory); }
};

/// A connection that sends and reads bytes as they are.
class raw_http {
public:
  explicit raw_http(const std::string& path)
      : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  raw_http(const raw_http&) = delete;
  raw_http& operator=(const raw_http&) = delete;
  ~raw_http() { ::close(fd_); }

  [[nodiscard]] bool connected() const { return connected_; }

  void send(std::string_view text) const {
    [[maybe_unused]] const auto sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
  }

  /// All bytes until the connection ends, or until this text has come.
  [[nodiscard]] std::string read(std::string_view until = {}) const {
    std::string all;
    std::array<char, 4096> chunk;
    while (until.empty() || all.find(until) == all.npos) {
      const auto n = ::read(fd_, chunk.data(), chunk.size());
      if (n <= 0) break;
      all.append(chunk.data(), static_cast<std::size_t>(n));
    }
    return all;
  }

private:
  int fd_;
  bool connected_ = false;
};

/// The answer to one request, with its head.
inline std::string raw_answer(const std::string& path, const std::string& request,
                              const std::string& headers = "", const std::string& body = "") {
  const raw_http connection{path};
  connection.send(request + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers + "\r\n" +
                  body);
  return connection.read();
}

}  // namespace scalesmall
