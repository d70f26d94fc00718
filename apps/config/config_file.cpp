#include "apps/config/config_file.hpp"

#include "ops/files/trim.hpp"

namespace scalesmall {

result<std::vector<setting>, bad_line> parse_config(std::string_view text) {
  std::vector<setting> settings;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    const auto line = trim(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;

    const auto equals = line.find('=');
    const auto name = trim(line.substr(0, equals));
    if (equals == line.npos || name.empty()) return bad_line{number, std::string{line}};
    settings.push_back({std::string{name}, std::string{trim(line.substr(equals + 1))}, number});
  }
  return settings;
}

}  // namespace scalesmall
