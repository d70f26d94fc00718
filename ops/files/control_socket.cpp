#include "ops/files/control_socket.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace scalesmall {

namespace {

constexpr int socket_backlog = 64;

socket_refused socket_refusal(const std::string& path, const std::string& why,
                              bool in_use = false) {
  return {'"' + path + "\" " + why, in_use};
}

socket_refused socket_failure(const std::string& path) {
  return socket_refusal(path, "cannot be used: " + std::generic_category().message(errno));
}

bool is_same_file(int fd, const std::string& path) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(fd, &opened) == 0 && ::stat(path.c_str(), &named) == 0 &&
         opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

/// The lock, held. Again if its last holder has just removed the file.
result<int, socket_refused> hold_lock(const std::string& path) {
  const auto file = path + ".lock";
  for (;;) {
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd == -1) return socket_failure(file);
    if (::flock(fd, LOCK_EX | LOCK_NB) == -1) {
      const bool in_use = errno == EWOULDBLOCK;
      auto why = in_use ? socket_refusal(path, "is in use by another process, which runs", true)
                        : socket_failure(file);
      ::close(fd);
      return why;
    }
    if (is_same_file(fd, file)) return fd;
    ::close(fd);
  }
}

/// What a dead process left is removed. A file that is no socket stays.
std::optional<socket_refused> remove_leftover(const std::string& path) {
  struct stat about {};
  if (::lstat(path.c_str(), &about) == -1)
    return errno == ENOENT ? std::nullopt : std::optional{socket_failure(path)};
  if (!S_ISSOCK(about.st_mode)) return socket_refusal(path, "is there already, and is no socket");
  if (::unlink(path.c_str()) == -1) return socket_failure(path);
  return {};
}

/// A socket without a connection until its mode is set: it listens last.
result<int, socket_refused> listen_at(const std::string& path, mode_t mode) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd == -1) return socket_failure(path);
  const bool listens =
      ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::chmod(path.c_str(), mode) == 0 && ::listen(fd, socket_backlog) == 0;
  if (listens) return fd;
  auto why = socket_failure(path);
  ::close(fd);
  return why;
}

}  // namespace

result<control_socket, socket_refused> control_socket::open(const std::string& path, mode_t mode) {
  if (path.size() > path_bytes_max) {
    return socket_refusal(path, "is too long, a path of a socket may have " +
                                    std::to_string(path_bytes_max) + " bytes");
  }
  const auto locked = hold_lock(path);
  if (!locked) return locked.error();
  control_socket made{path, *locked, -1};
  if (auto why = remove_leftover(path)) {
    // What is there is not ours.
    ::unlink((path + ".lock").c_str());
    ::close(std::exchange(made.lock_, -1));
    made.path_.clear();
    return std::move(*why);
  }
  const auto socket = listen_at(path, mode);
  if (!socket) return socket.error();
  made.socket_ = *socket;
  return made;
}

control_socket::control_socket(std::string path, int lock, int socket) noexcept
    : path_(std::move(path)), lock_(lock), socket_(socket) {}

control_socket::control_socket(control_socket&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      lock_(std::exchange(other.lock_, -1)),
      socket_(std::exchange(other.socket_, -1)) {}

control_socket::~control_socket() {
  if (path_.empty()) return;
  if (socket_ != -1) ::close(socket_);
  ::unlink(path_.c_str());
  ::unlink((path_ + ".lock").c_str());
  ::close(lock_);
}

int control_socket::release() noexcept { return std::exchange(socket_, -1); }

}  // namespace scalesmall
