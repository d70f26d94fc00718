#pragma once

#include "actors/node_context.hpp"
#include "actors/topology_table.hpp"
#include "supervision/actor_shell.hpp"

namespace scalesmall {

/// The only writer of the topology table. A change is published before it is acknowledged, so that
/// it outlives this actor.
class topology_db {
public:
  using handle = topology_db_actor;
  static constexpr const char* name = "topology_db";

  topology_db(supervision::shell_pointer<handle> self, node_context_ptr node);

  handle::behavior_type make_behavior();

private:
  caf::result<timed_item> answer(const result<topology_table::change, call_error>& outcome);
  applied apply(const gossip& arrived);
  void add_gap(std::vector<group_digest>& gaps, const std::string& group,
               const world_clock& gap) const;
  void expire();
  void publish();

  supervision::shell_pointer<handle> self_;
  node_context_ptr node_;
  supervision::table_writer<topology> published_;
  topology_table table_;
};

}  // namespace scalesmall
