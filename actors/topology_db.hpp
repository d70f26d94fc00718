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

  using one_change = result<topology_table::change, call_error>;
  using many_changes = result<topology_table::changes, call_error>;

  [[nodiscard]] one_change apply(const join_group& x);
  [[nodiscard]] one_change apply(const leave_group& x);
  [[nodiscard]] one_change apply(const add_item& x);
  [[nodiscard]] many_changes apply(const add_items& x);
  [[nodiscard]] many_changes apply(const set_items& x);
  [[nodiscard]] one_change apply(const remove_item& x);
  /// Reserved groups are the node's own.
  template <class Answer, class Call>
  caf::result<Answer> by_program(const Call& call);
  /// What is kept stays as it is: a node that leaves because it stops makes its claims again.
  template <class Answer, class Call>
  caf::result<Answer> by_node(const Call& call);
  template <class Call>
  void settle(const Call& call, const row_mark& told);
  template <class Answer>
  void answer_once_kept(Answer answer, supervision::guarded_promise<Answer> promise,
                        int attempts = 3);
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
