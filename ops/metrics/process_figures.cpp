#include "ops/metrics/process_figures.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

#include "messages/number.hpp"

namespace scalesmall {

namespace {

/// The third field of the text is the first of these.
constexpr std::size_t utime = 14 - 3;
constexpr std::size_t stime = 15 - 3;
constexpr std::size_t starttime = 22 - 3;
constexpr std::size_t vsize = 23 - 3;
constexpr std::size_t rss = 24 - 3;

std::string read_text(const char* path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

double boot_time() {
  std::ifstream file{"/proc/stat"};
  for (std::string line; std::getline(file, line);) {
    constexpr std::string_view name = "btime ";
    if (!line.starts_with(name)) continue;
    const auto seconds = parse_digits<std::uint64_t>(std::string_view{line}.substr(name.size()));
    return seconds ? static_cast<double>(*seconds) : 0;
  }
  return 0;
}

}  // namespace

std::optional<process_figures> parse_process_stat(std::string_view text,
                                                  const system_units& units) {
  const auto name_end = text.rfind(") ");
  if (name_end == text.npos) return {};
  text.remove_prefix(name_end + 2);
  std::array<std::uint64_t, rss + 1> fields{};
  for (std::size_t i = 0; i <= rss; ++i) {
    const auto end = text.find(' ');
    const auto number = parse_digits<std::uint64_t>(text.substr(0, end));
    if (number) fields[i] = *number;
    const bool is_needed = i == utime || i == stime || i >= starttime;
    if (is_needed && !number) return {};
    if (end == text.npos && i < rss) return {};
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  process_figures figures;
  figures.cpu_seconds = static_cast<double>(fields[utime] + fields[stime]) / units.ticks_per_second;
  figures.virtual_bytes = fields[vsize];
  figures.resident_bytes = fields[rss] * units.page_bytes;
  figures.start_time_seconds =
      units.boot_time_seconds + static_cast<double>(fields[starttime]) / units.ticks_per_second;
  return figures;
}

process_figures read_process_figures() {
  static const system_units units{static_cast<double>(::sysconf(_SC_CLK_TCK)),
                                  static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)), boot_time()};
  auto figures =
      parse_process_stat(read_text("/proc/self/stat"), units).value_or(process_figures{});
  std::error_code none;
  for (std::filesystem::directory_iterator i{"/proc/self/fd", none}, end; !none && i != end;
       i.increment(none))
    ++figures.open_fds;
  rlimit most{};
  if (::getrlimit(RLIMIT_NOFILE, &most) == 0) figures.max_fds = most.rlim_cur;
  return figures;
}

}  // namespace scalesmall
