#include "tests/simulation/warm_start.hpp"

#include "actors/liveness/statement.hpp"

namespace scalesmall::simulation {

namespace {

/// The rows of a group that the first nodes have joined.
std::shared_ptr<group_state> rows_of(const cluster& all, std::size_t members) {
  auto rows = std::make_shared<group_state>();
  for (std::size_t i = 0; i < members; ++i) {
    const auto id = all.id_of(i);
    const stamp joined_at{node_memory::fresh(id, all.wall_clock(i)).groups.incarnation, 0};
    rows->put({id, joined_at, {}, {{{id, whole_range, op::get, 0}, joined_at}}});
  }
  return rows;
}

}  // namespace

void warm_start(cluster& all, const std::string& group, std::size_t members) {
  const auto rows = rows_of(all, members);
  const auto live = all.watches() ? rows_of(all, all.size()) : nullptr;
  if (live) live->set_version(1);
  std::vector<net_id> ids;
  for (std::size_t i = 0; i < all.size(); ++i) {
    ids.push_back(all.id_of(i));
    if (i < members) all.journal_of(i).joined(group);
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto memory = node_memory::fresh(ids[i], all.wall_clock(i));
    memory.groups.groups[group] = rows;
    if (i < members) memory.groups.joined[group] = {whole_range};
    if (live) {
      memory.groups.groups[std::string{liveness_group}] = live;
      memory.groups.joined[std::string{liveness_group}] = {whole_range};
      memory.groups.version = 1;
    }
    memory.peers = {ids, ids};
    all.resume(i, std::move(memory));
  }
}

}  // namespace scalesmall::simulation
