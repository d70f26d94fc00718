#include "ops/files/key_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "actors/persistence/posix_directory.hpp"
#include "ops/files/descriptor.hpp"
#include "ops/files/trim.hpp"

namespace scalesmall {

namespace {

constexpr std::string_view key_forms =
    "it must be 32 bytes as 44 characters of base64 or 64 hexadecimal digits";

std::string octal(mode_t mode) {
  std::string digits;
  for (int shift = 9; shift >= 0; shift -= 3)
    digits += static_cast<char>('0' + (mode >> shift & 7));
  return digits;
}

/// The path without links; nothing if there is no such file.
std::optional<std::string> real_path(const std::string& path) {
  std::array<char, PATH_MAX> real;
  if (::realpath(path.c_str(), real.data()) == nullptr) return {};
  return real.data();
}

std::string directory_of(const std::string& real) {
  return real.substr(0, std::max<std::size_t>(real.rfind('/'), 1));
}

/// Secret stores (Kubernetes with fsGroup, systemd) give a key to a group that the process is in: a
/// file of root that nobody may write, in a directory that only its owner may change.
bool is_of_secret_store(const std::string& path, const struct stat& file) {
  if ((file.st_mode & 07777) != 0440 || file.st_uid != 0) return false;
  // Through the links that such a store makes, to the directory of the file itself.
  const auto real = real_path(path);
  struct stat around {};
  if (!real || ::stat(directory_of(*real).c_str(), &around) == -1) return false;
  return around.st_uid == 0 && (around.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/// The directory in which the service manager has put secrets for this process, without links.
std::optional<std::string> credentials_directory() {
  const char* path = std::getenv("CREDENTIALS_DIRECTORY");
  if (path == nullptr || *path == '\0') return {};
  return real_path(path);
}

bool is_credential(const std::string& path) {
  const auto directory = credentials_directory();
  const auto real = real_path(path);
  return directory && real && directory_of(*real) == *directory;
}

/// A credential may be readable by a group: systemd shows the right of the service's user so.
bool is_closed_credential(const std::string& path, const struct stat& file) {
  if ((file.st_mode & 07777 & ~0440U) != 0 || !is_credential(path)) return false;
  struct stat around {};
  if (::stat(credentials_directory()->c_str(), &around) == -1) return false;
  return (around.st_uid == 0 || around.st_uid == ::geteuid()) &&
         (around.st_mode & (S_IWGRP | S_IRWXO)) == 0;
}

/// A key that somebody typed instead of generating it.
bool is_one_byte_repeated(const sealing_key& key) {
  const auto secret = key.secret();
  return std::ranges::all_of(secret, [&](std::uint8_t x) { return x == secret.front(); });
}

constexpr std::size_t key_lines_bytes_max = 80 + key_ring::keys_max * (2 * sealing_key::size + 1);

void append_line(std::string& text, const sealing_key& key) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const auto byte : key.secret()) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  text += '\n';
}

/// The content of a key file. The destructor wipes it.
struct secret_text {
  secret_text() = default;
  secret_text(const secret_text&) = delete;
  secret_text& operator=(const secret_text&) = delete;
  ~secret_text() { ::explicit_bzero(room.data(), room.size()); }

  std::array<char, key_file_bytes_max + 1> room;
};

/// Reads a file that nobody else may read.
/// @param kind  what the file holds, for the sentence
/// @returns the number of bytes in `text`
result<std::size_t, bad_key_file> read_secret(const std::string& path, const std::string& kind,
                                              secret_text& text) {
  const auto refuse = [&](const std::string& why) {
    return bad_key_file{'"' + path + "\" " + why};
  };
  const auto unreadable = [&] {
    return refuse("cannot be read: " + std::generic_category().message(errno));
  };
  // Non-blocking: otherwise the open of a pipe without a writer would block.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd == -1) return unreadable();
  const descriptor file{fd, "open"};

  struct stat about {};
  if (::fstat(fd, &about) == -1) return unreadable();
  if (!S_ISREG(about.st_mode))
    return refuse("is not a file of " + kind + ", it must be a regular file");
  if (about.st_uid != ::geteuid() && about.st_uid != 0)
    return refuse("belongs to another user, it must belong to the one that runs this program");
  if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0 && !is_of_secret_store(path, about) &&
      !is_closed_credential(path, about)) {
    return refuse("is open to others than its owner (mode " + octal(about.st_mode) +
                  "), it must be readable by its owner only: chmod 600 makes it so");
  }

  std::size_t size = 0;
  while (size < text.room.size()) {
    const auto n = ::read(fd, text.room.data() + size, text.room.size() - size);
    if (n == -1) return unreadable();
    if (n == 0) break;
    size += static_cast<std::size_t>(n);
  }
  if (size > key_file_bytes_max) {
    return refuse("is too long, it may have " + std::to_string(key_file_bytes_max) + " bytes");
  }
  return size;
}

}  // namespace

result<std::vector<key_ptr>, bad_key_file> parse_key_file(std::string_view text,
                                                          const std::string& path) {
  const auto name = '"' + path + '"';
  if (text.starts_with(byte_order_mark)) {
    return bad_key_file{name +
                        ": line 1 begins with a byte order mark (BOM), it must be without one"};
  }
  std::vector<key_ptr> keys;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    const auto line = trim(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;

    auto key = parse_key(line);
    if (!key) {
      return bad_key_file{name + ": line " + std::to_string(number) + " is not a key, " +
                          std::string{key_forms}};
    }
    if (is_one_byte_repeated(*key)) {
      return bad_key_file{name + ": line " + std::to_string(number) +
                          " is one byte repeated, it must be a random key; keygen makes one"};
    }
    if (keys.size() == key_ring::keys_max) {
      return bad_key_file{name + ": line " + std::to_string(number) +
                          " is one key too many, there may be " +
                          std::to_string(key_ring::keys_max)};
    }
    keys.push_back(std::move(key));
  }
  if (keys.empty()) {
    return bad_key_file{name + " holds no key, there must be one in a line; " +
                        std::string{key_forms}};
  }
  return keys;
}

result<std::vector<key_ptr>, bad_key_file> read_key_file(const std::string& path) {
  secret_text text;
  const auto size = read_secret(path, "keys", text);
  if (!size) return size.error();
  return parse_key_file({text.room.data(), *size}, path);
}

result<done, bad_key_file> write_key_file(const std::string& path, const key_ring& keys) {
  const auto refuse = [&](const std::string& why) {
    return bad_key_file{'"' + path + "\" " + why};
  };
  const auto failed = [&](const std::error_code& why) {
    return refuse("cannot be written: " + why.message());
  };
  if (keys.primary() == nullptr)
    return refuse("is not written, because no key seals; keys use chooses one first");
  const auto real = real_path(path);
  struct stat about {};
  if (!real || ::stat(real->c_str(), &about) == -1) return failed({errno, std::generic_category()});
  if (is_credential(path) || is_of_secret_store(path, about)) {
    return refuse(
        "is a copy that a secret store has made; change what it is made of, and start"
        " the node again or use reload");
  }
  posix_directory directory{directory_of(*real)};
  // Wiped at the end; it does not grow, which would leave a copy behind.
  std::string text;
  text.reserve(key_lines_bytes_max);
  text += "# written by scalesmall; the first key seals, all open\n";
  append_line(text, *keys.primary());
  for (const auto& key : keys.keys()) {
    if (key != keys.primary()) append_line(text, *key);
  }
  const auto wrong = save(directory, real->substr(real->rfind('/') + 1), text);
  ::explicit_bzero(text.data(), text.size());
  if (wrong) return failed(wrong);
  return done{};
}

result<std::string, bad_key_file> read_token_file(const std::string& path) {
  constexpr std::size_t bytes_min = 32;
  secret_text text;
  const auto size = read_secret(path, "a token", text);
  if (!size) return size.error();
  auto line = trim({text.room.data(), *size});
  while (line.ends_with('\n')) line = trim(line.substr(0, line.size() - 1));
  const auto is_plain = [](char c) { return c > ' ' && c <= '~'; };
  if (line.size() < bytes_min || !std::ranges::all_of(line, is_plain)) {
    return bad_key_file{'"' + path + "\" holds no token, which is one line of at least " +
                        std::to_string(bytes_min) + " characters of ASCII without blanks"};
  }
  return std::string{line};
}

}  // namespace scalesmall
