#include <scalesmall/supervision/router.hpp>

#include "supervision/detail/child_table.hpp"

namespace scalesmall::supervision::detail {

const std::vector<caf::strong_actor_ptr>& running_instances::now() {
  auto table = tree_.table_at(path_);
  // Read before the children: a change meanwhile leads to another look.
  const auto version = table ? table->version() : 0;
  if (table == table_ && version == version_) return running_;
  running_.clear();
  if (table) {
    table->visit([this](const child& c) {
      if (c.state == child_state::running && c.handle) running_.push_back(c.handle);
    });
  }
  table_ = std::move(table);
  version_ = version;
  return running_;
}

}  // namespace scalesmall::supervision::detail
