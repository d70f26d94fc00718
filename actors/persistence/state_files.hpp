#pragma once

#include <chrono>
#include <cstddef>
#include <scalesmall/result.hpp>
#include <string>
#include <string_view>
#include <system_error>

namespace scalesmall {

/// The files of one directory: the seam between saving and the operating system. A name is that of
/// a file in the directory. One thread at a time.
class state_directory {
public:
  state_directory() = default;
  state_directory(const state_directory&) = delete;
  state_directory& operator=(const state_directory&) = delete;
  virtual ~state_directory() = default;

  /// The content of a file. Errors: those of the system; file_too_large beyond the bound.
  [[nodiscard]] virtual result<std::string, std::error_code> read(const std::string& name,
                                                                  std::size_t bytes_max) = 0;

  /// Makes an empty file that only its owner may read. A file of that name loses its content.
  [[nodiscard]] virtual std::error_code create(const std::string& name) = 0;
  /// Appends to the file that was made last. Takes a part of the bytes, and says how many.
  [[nodiscard]] virtual result<std::size_t, std::error_code> append(std::string_view bytes) = 0;
  /// Waits until the content of the file that was made last is on the disk, and closes it.
  [[nodiscard]] virtual std::error_code sync_file() = 0;

  [[nodiscard]] virtual std::error_code link(const std::string& from, const std::string& to) = 0;
  [[nodiscard]] virtual std::error_code rename(const std::string& from, const std::string& to) = 0;
  virtual std::error_code remove(const std::string& name) = 0;
  /// Waits until the names in the directory are on the disk.
  [[nodiscard]] virtual std::error_code sync_directory() = 0;
};

/// The name under which the former content of a file stays when a new one is saved.
[[nodiscard]] inline std::string former(const std::string& name) { return name + ".prev"; }

/// Replaces a file in one step. If this returns no error, the new content outlives the loss of
/// power. After an error, or a loss of power meanwhile, the file holds either the former content or
/// the new one. The former content stays at former(name) as well, where the file system has links.
[[nodiscard]] std::error_code save(state_directory& in, const std::string& name,
                                   std::string_view text);

/// Gives a file that cannot be used another name, so that a person can look at it.
/// @returns the name, or the error of the system
[[nodiscard]] result<std::string, std::error_code> set_aside(state_directory& in,
                                                             const std::string& name,
                                                             std::chrono::seconds since_1970);

}  // namespace scalesmall
