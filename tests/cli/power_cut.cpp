// A library to load before the program: what the disk has of the directory POWER_CUT_OF, and a disk
// that fails.
//
// The disk has as little as a program may rely on. Of a file it has what the last fsync of the file
// found, and no content before the first one. Of the names in the directory it has those that the
// last fsync of the directory found. What it has is in POWER_CUT_DISK/now, a link that is replaced
// in one step, so that it is whole whenever the process is killed.
//
// While the file POWER_CUT_FAULT holds "full", nothing can be written into files of the directory;
// while it holds "error", no fsync works there.

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace {

namespace files = std::filesystem;

const char* variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// The path of a descriptor that is the directory or in it; empty otherwise.
files::path path_of(int fd) {
  std::error_code none;
  const files::path path = files::read_symlink("/proc/self/fd/" + std::to_string(fd), none);
  const files::path of = variable("POWER_CUT_OF");
  return path == of || path.parent_path() == of ? path : files::path{};
}

bool fails(int fd, const std::string& how) {
  std::FILE* file = std::fopen(variable("POWER_CUT_FAULT"), "re");
  if (file == nullptr) return false;
  char text[8] = {};
  const bool read = std::fscanf(file, "%7s", text) == 1;
  std::fclose(file);
  return read && text == how && !path_of(fd).empty();
}

files::path content_of(const struct stat& about) {
  return files::path{variable("POWER_CUT_DISK")} / ("inode-" + std::to_string(about.st_ino));
}

void keep_content(const files::path& path, const struct stat& about) {
  const auto content = content_of(about);
  files::copy_file(path, content.string() + ".new", files::copy_options::overwrite_existing);
  files::rename(content.string() + ".new", content);
}

void keep_names(const files::path& directory) {
  static int number = 0;
  const files::path disk = variable("POWER_CUT_DISK");
  const auto names =
      disk / ("names-" + std::to_string(::getpid()) + '-' + std::to_string(++number));
  files::create_directory(names);
  for (const auto& entry : files::directory_iterator{directory}) {
    struct stat about {};
    if (::lstat(entry.path().c_str(), &about) == -1 || !S_ISREG(about.st_mode)) continue;
    const auto to = names / entry.path().filename();
    if (files::exists(content_of(about)))
      files::copy_file(content_of(about), to);
    else
      std::fclose(std::fopen(to.c_str(), "we"));
  }
  const auto before = files::is_symlink(disk / "now") ? files::read_symlink(disk / "now") : "";
  files::create_symlink(names, disk / "now.new");
  files::rename(disk / "now.new", disk / "now");
  if (!before.empty()) files::remove_all(before);
}

}  // namespace

extern "C" {

int fsync(int fd) {
  using function = int (*)(int);
  static const auto real = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "fsync"));
  if (fails(fd, "error")) {
    errno = EIO;
    return -1;
  }
  const int status = real(fd);
  const auto path = path_of(fd);
  struct stat about {};
  if (status == -1 || path.empty() || ::fstat(fd, &about) == -1) return status;
  if (S_ISDIR(about.st_mode))
    keep_names(path);
  else
    keep_content(path, about);
  return 0;
}

ssize_t write(int fd, const void* bytes, size_t size) {
  using function = ssize_t (*)(int, const void*, size_t);
  static const auto real = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "write"));
  if (fails(fd, "full")) {
    errno = ENOSPC;
    return -1;
  }
  return real(fd, bytes, size);
}
}
