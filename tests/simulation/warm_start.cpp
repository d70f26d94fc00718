#include "tests/simulation/warm_start.hpp"

namespace scalesmall::simulation {

void warm_start(cluster& all, const std::string& group, std::size_t members) {
  auto rows = std::make_shared<group_state>();
  std::vector<net_id> ids;
  for (std::size_t i = 0; i < all.size(); ++i) {
    ids.push_back(all.id_of(i));
    if (i >= members) continue;
    const stamp joined_at{node_memory::fresh(ids[i], all.wall_clock(i)).groups.incarnation, 0};
    rows->put({ids[i], joined_at, {}, {{{ids[i], whole_range, op::get, 0}, joined_at}}});
    all.journal_of(i).joined(group);
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto memory = node_memory::fresh(ids[i], all.wall_clock(i));
    memory.groups.groups[group] = rows;
    if (i < members) memory.groups.joined[group] = {whole_range};
    memory.peers = {ids, ids};
    all.resume(i, std::move(memory));
  }
}

}  // namespace scalesmall::simulation
