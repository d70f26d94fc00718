#include <algorithm>
#include <scalesmall/supervision/listing.hpp>
#include <utility>

namespace scalesmall::supervision {

namespace {

// Copied under the lock of one table and read without it: no table is locked while another one is.
struct row {
  tree_entry entry;
  std::shared_ptr<child_table> nested;
};

}  // namespace

std::vector<tree_entry> list(const child_table& table, const std::string& path) {
  std::vector<row> rows;
  table.visit([&](const child& c) {
    rows.push_back({{path + '/' + c.id, c.spec->type, c.state, c.restarts}, c.nested});
  });
  std::vector<tree_entry> entries;
  for (auto& [entry, nested] : rows) {
    const auto below = entry.path;
    const bool there =
        entry.state != child_state::stopped && entry.state != child_state::restarting;
    entries.push_back(std::move(entry));
    if (!nested || !there) continue;
    for (auto& each : list(*nested, below)) entries.push_back(std::move(each));
  }
  return entries;
}

caf::strong_actor_ptr find(const child_table& table, std::string_view path) {
  const auto id = path.substr(0, path.find('/'));
  caf::strong_actor_ptr handle;
  std::shared_ptr<child_table> nested;
  table.visit([&](const child& c) {
    if (c.id != id) return;
    handle = c.handle;
    nested = c.nested;
  });
  if (id.size() == path.size()) return handle;
  return handle && nested ? find(*nested, path.substr(id.size() + 1)) : nullptr;
}

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
