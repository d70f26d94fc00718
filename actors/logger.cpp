#include "actors/logger.hpp"

#include <algorithm>

namespace scalesmall {

namespace {

constexpr std::chrono::minutes quiet_time{1};
constexpr std::size_t lines_max = 256;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The line without the number that names one of many connections, "HOST:PORT#N".
std::string key_of_line(const std::string& line) {
  const auto at = line.find('#');
  if (at == line.npos) return line;
  const auto end =
      std::find_if_not(line.begin() + static_cast<std::ptrdiff_t>(at) + 1, line.end(), is_digit);
  auto begin = line.begin() + static_cast<std::ptrdiff_t>(at);
  while (begin != line.begin() && is_digit(*std::prev(begin))) --begin;
  return std::string{line.begin(), begin} + std::string{end, line.end()};
}

}  // namespace

bool logger::is_due(std::string& line) const {
  const auto now = now_();
  const std::scoped_lock lock{repeated_->mutex};
  auto& lines = repeated_->lines;
  const auto key = key_of_line(line);
  const auto found = lines.find(key);
  if (found == lines.end()) {
    if (lines.size() >= lines_max)
      std::erase_if(lines, [&](const auto& x) { return now - x.second.written >= quiet_time; });
    if (lines.size() < lines_max) lines.emplace(key, repeated_lines::entry{now});
    return true;
  }
  auto& [written, left_out] = found->second;
  if (now - written < quiet_time) {
    ++left_out;
    return false;
  }
  if (left_out > 0) line += " (and " + std::to_string(left_out) + " times more since then)";
  found->second = {now};
  return true;
}

void logger::write(log_level level, std::string_view form,
                   std::initializer_list<std::string> values) const {
  constexpr std::string_view hole = "{}";
  std::string line;
  for (const auto& value : values) {
    const auto at = form.find(hole);
    if (at == form.npos) break;
    line.append(form.substr(0, at)).append(value);
    form.remove_prefix(at + hole.size());
  }
  line += form;
  if (now_ && level > log_level::debug && !is_due(line)) return;
  out_(level, line);
}

}  // namespace scalesmall
