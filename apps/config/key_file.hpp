#pragma once

#include <scalesmall/result.hpp>
#include <scalesmall/sealing_key.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace scalesmall {

/// Why a key file is refused: one sentence that begins with the file's name in quotes. It never
/// holds anything of the file's content.
struct bad_key_file {
  std::string sentence;

  friend bool operator==(const bad_key_file&, const bad_key_file&) = default;
};

/// The longest key file, in bytes.
inline constexpr std::size_t key_file_bytes_max = 65'536;

/// Reads the keys of a text that has one a line (see parse_key). Blanks around them, empty lines
/// and lines that begin with # do not count. Refuses a text without keys, and one with more than
/// key_ring::keys_max of them. `path` is for the sentence only.
[[nodiscard]] result<std::vector<key_ptr>, bad_key_file> parse_key_file(std::string_view text,
                                                                        const std::string& path);

/// Reads a file of keys. It must be a regular file that nobody but its owner may use, of at most
/// key_file_bytes_max. What was read is wiped from memory.
[[nodiscard]] result<std::vector<key_ptr>, bad_key_file> read_key_file(const std::string& path);

}  // namespace scalesmall
