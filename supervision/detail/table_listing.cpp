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
  const auto last = path.rfind('/');
  if (last != path.npos) {
    const auto above = find_table(table, path.substr(0, last));
    return above ? find(*above, path.substr(last + 1)) : nullptr;
  }
  caf::strong_actor_ptr handle;
  table.visit([&](const child& c) {
    if (c.id == path) handle = c.handle;
  });
  return handle;
}

std::shared_ptr<const child_table> find_table(const child_table& table, std::string_view path) {
  const auto id = path.substr(0, path.find('/'));
  std::shared_ptr<const child_table> nested;
  table.visit([&](const child& c) {
    if (c.id == id && c.handle) nested = c.nested;
  });
  if (!nested || id.size() == path.size()) return nested;
  return find_table(*nested, path.substr(id.size() + 1));
}

}  // namespace scalesmall::supervision
