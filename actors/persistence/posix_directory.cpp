#include "actors/persistence/posix_directory.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace scalesmall {

namespace {

std::error_code last_error() { return {errno, std::generic_category()}; }

/// Repeats a call that a signal interrupted.
template <class F>
auto uninterrupted(F call) {
  auto outcome = call();
  while (outcome == -1 && errno == EINTR) outcome = call();
  return outcome;
}

std::error_code error_of(int outcome) { return outcome == -1 ? last_error() : std::error_code{}; }

}  // namespace

void posix_directory::close() {
  close_file();
  if (directory_ != -1) ::close(directory_);
  directory_ = -1;
}

std::error_code posix_directory::open() {
  if (directory_ != -1) return {};
  if (::mkdir(path_.c_str(), S_IRWXU) == -1 && errno != EEXIST && errno != EROFS)
    return last_error();
  directory_ = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return error_of(directory_);
}

std::error_code posix_directory::lock() {
  if (const auto failed = open()) return failed;
  // The directory itself is locked: that works where nothing can be written, and leaves no file.
  const auto locked = uninterrupted([this] { return ::flock(directory_, LOCK_EX | LOCK_NB); });
  if (locked == -1 && errno == EWOULDBLOCK)
    return std::make_error_code(std::errc::device_or_resource_busy);
  return error_of(locked);
}

result<std::string, std::error_code> posix_directory::read(const std::string& name,
                                                           std::size_t bytes_max) {
  if (const auto failed = open()) return failed;
  // Non-blocking: otherwise the open of a pipe without a writer would block.
  constexpr int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW;
  const int file = ::openat(directory_, name.c_str(), flags);
  if (file == -1) return last_error();
  struct closing {
    int file;
    ~closing() { ::close(file); }
  } const at_end{file};
  struct stat about {};
  if (::fstat(file, &about) == -1) return last_error();
  if (!S_ISREG(about.st_mode)) return std::make_error_code(std::errc::not_supported);
  std::string content;
  std::array<char, 16 * 1024> chunk;
  for (;;) {
    const auto n = uninterrupted([&] { return ::read(file, chunk.data(), chunk.size()); });
    if (n == -1) return last_error();
    if (n == 0) return content;
    content.append(chunk.data(), static_cast<std::size_t>(n));
    if (content.size() > bytes_max) return std::make_error_code(std::errc::file_too_large);
  }
}

std::error_code posix_directory::create(const std::string& name) {
  if (const auto failed = open()) return failed;
  close_file();
  constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  file_ = ::openat(directory_, name.c_str(), flags, S_IRUSR | S_IWUSR);
  return error_of(file_);
}

result<std::size_t, std::error_code> posix_directory::append(std::string_view bytes) {
  const auto n = uninterrupted([&] { return ::write(file_, bytes.data(), bytes.size()); });
  if (n == -1) return last_error();
  return static_cast<std::size_t>(n);
}

std::error_code posix_directory::sync_file() {
  // Not repeated: after an error the system may have dropped what it could not write.
  const auto synced = error_of(::fsync(file_));
  const auto closed = error_of(::close(file_));
  file_ = -1;
  return synced ? synced : closed;
}

std::error_code posix_directory::link(const std::string& from, const std::string& to) {
  if (const auto failed = open()) return failed;
  return error_of(::linkat(directory_, from.c_str(), directory_, to.c_str(), 0));
}

std::error_code posix_directory::rename(const std::string& from, const std::string& to) {
  if (const auto failed = open()) return failed;
  return error_of(::renameat(directory_, from.c_str(), directory_, to.c_str()));
}

std::error_code posix_directory::remove(const std::string& name) {
  if (const auto failed = open()) return failed;
  return error_of(::unlinkat(directory_, name.c_str(), 0));
}

std::error_code posix_directory::sync_directory() {
  if (const auto failed = open()) return failed;
  return error_of(::fsync(directory_));
}

void posix_directory::close_file() {
  if (file_ != -1) ::close(file_);
  file_ = -1;
}

}  // namespace scalesmall
