#pragma once

#include <chrono>
#include <list>
#include <scalesmall/supervision/actor_shell.hpp>
#include <scalesmall/supervision/guarded_promise.hpp>

#include "actors/damped_count.hpp"
#include "actors/node_context.hpp"
#include "actors/topology/double_identity.hpp"
#include "actors/topology/gossip_merge.hpp"
#include "actors/topology/topology_table.hpp"
#include "actors/topology_db_messages.hpp"

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
  /// A gossip that is merged slice by slice, so that neither the calls of this node nor other
  /// gossips wait for one that somebody makes very long.
  struct long_arrival {
    arrived what;
    gossip_merge merge;
    supervision::guarded_promise<done> answer;
  };

  caf::result<timed_item> carry_out(const join_group& call);
  caf::result<done> carry_out(const leave_group& call);
  caf::result<timed_item> carry_out(const add_item& call);
  caf::result<std::vector<timed_item>> carry_out(const add_items& call);
  caf::result<std::vector<timed_item>> carry_out(const set_items& call);
  caf::result<timed_item> carry_out(const remove_item& call);
  /// Reserved groups are the node's own.
  template <class Call>
  auto by_program(const Call& call) -> decltype(carry_out(call));
  caf::result<timed_item> answer(const result<topology_table::change, call_error>& outcome);
  caf::result<std::vector<timed_item>> answer(result<topology_table::changes, call_error> outcome);
  caf::result<done> merge(const arrived& what);
  void merge_slice();
  bool step(gossip_merge& x);
  void follow_clock();
  [[nodiscard]] std::chrono::seconds wall_second() const;
  void note_no_double();
  void note_clock_ahead(const local_clock& told);
  void note_clocks_behind(const gossip& arrived);
  template <class F>
  caf::error guarded(F merge);
  void refute(std::vector<row_mark> own_rows);
  void refute_later();
  void announce(std::vector<row_mark> rows);
  void expire();
  void publish();
  void tell_subscribers();

  supervision::shell_pointer<handle> self_;
  node_context_ptr node_;
  supervision::table_writer<topology> published_;
  topology_table table_;
  std::list<long_arrival> long_;
  bool clock_doubted_ = false;  ///< the log says that this node's clock differs from others'
  double_identity double_;
  damped_count clocks_ahead_;
  bool refutation_armed_ = false;
  damped_count refutations_;
};

}  // namespace scalesmall
