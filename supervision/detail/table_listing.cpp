#include "supervision/detail/table_listing.hpp"

#include <memory>
#include <utility>

namespace scalesmall::supervision {

namespace {

// Copied under the lock, looked into without it: a table is never locked while another one is.
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

}  // namespace scalesmall::supervision
