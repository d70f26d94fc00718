#pragma once

#include <scalesmall/key_ring.hpp>
#include <scalesmall/result.hpp>
#include <scalesmall/sealing_key.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace scalesmall {

/// Why a key file is refused: one sentence that begins with the name of the file in quotes. It
/// never quotes the content of the file.
struct bad_key_file {
  std::string sentence;

  friend bool operator==(const bad_key_file&, const bad_key_file&) = default;
};

/// Bound on the size of a key file, in bytes.
inline constexpr std::size_t key_file_bytes_max = 65'536;

/// Parses a text with one key in each line (see parse_key). Ignores empty lines, lines that begin
/// with # and blanks around keys. Refuses a text without keys and a text with more than
/// key_ring::keys_max of them, and a key of 32 equal bytes. `path` is used only in the sentence of
/// the error.
[[nodiscard]] result<std::vector<key_ptr>, bad_key_file> parse_key_file(std::string_view text,
                                                                        const std::string& path);

/// Reads a file of keys. It must be a regular file of at most key_file_bytes_max, with no
/// permissions for group and others; or one of root of mode 0440 in a directory that only root may
/// change, as secret stores make it; or one of mode 0440 at most in $CREDENTIALS_DIRECTORY, if that
/// directory is closed to others. The buffer is wiped from memory.
[[nodiscard]] result<std::vector<key_ptr>, bad_key_file> read_key_file(const std::string& path);

/// Replaces a key file in one step by one with these keys, the primary first, as hexadecimal
/// digits. The former file stays as PATH.prev. If this returns no error, the disk has the file;
/// otherwise it is as it was. Links are followed. Refused for a credential and for a file of a
/// secret store, which are copies of something else, and for a ring without a primary key.
[[nodiscard]] result<done, bad_key_file> write_key_file(const std::string& path,
                                                        const key_ring& keys);

/// Reads the token for HTTP from a file with the same permissions: one line of at least 32 bytes of
/// ASCII without blanks.
[[nodiscard]] result<std::string, bad_key_file> read_token_file(const std::string& path);

}  // namespace scalesmall
