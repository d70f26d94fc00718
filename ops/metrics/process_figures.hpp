#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace scalesmall {

/// What the operating system knows of this process.
struct process_figures {
  double cpu_seconds = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t resident_bytes = 0;
  std::uint64_t open_fds = 0;
  std::uint64_t max_fds = 0;
  double start_time_seconds = 0;  ///< since the beginning of 1970, in UTC

  friend bool operator==(const process_figures&, const process_figures&) = default;
};

/// The units of the numbers in /proc.
struct system_units {
  double ticks_per_second = 100;
  std::uint64_t page_bytes = 4096;
  double boot_time_seconds = 0;  ///< since the beginning of 1970
};

/// Reads the text of /proc/self/stat (proc(5)), whose second field may hold blanks and brackets.
/// Leaves out the descriptors. Nothing if it is not such a text.
[[nodiscard]] std::optional<process_figures> parse_process_stat(std::string_view text,
                                                                const system_units& units);

/// The figures of this process; what cannot be read is 0.
[[nodiscard]] process_figures read_process_figures();

}  // namespace scalesmall
