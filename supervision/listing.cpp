#include <algorithm>
#include <cstddef>
#include <scalesmall/supervision/listing.hpp>

namespace scalesmall::supervision {

std::string tree_text(const std::vector<tree_entry>& entries) {
  const auto depth = [](const tree_entry& e) {
    return static_cast<std::size_t>(std::count(e.path.begin(), e.path.end(), '/'));
  };
  const auto label = [&](const tree_entry& e) {
    return std::string(2 * depth(e), ' ') + e.path.substr(e.path.rfind('/') + 1);
  };
  std::size_t width = 0;
  for (const auto& e : entries) width = std::max(width, label(e).size());
  std::string text;
  for (const auto& e : entries) {
    auto line = label(e);
    line.append(width + 2 - line.size(), ' ');
    line += e.kind == child_type::supervisor ? "supervisor  " : "worker      ";
    line += to_string(e.state);
    if (e.restarts > 0) line += ", restarted " + std::to_string(e.restarts) + "x";
    text += line + '\n';
  }
  return text;
}

}  // namespace scalesmall::supervision
