#pragma once

#include <scalesmall/call_answers.hpp>
#include <scalesmall/supervision/actor_shell.hpp>
#include <vector>

#include "actors/failure_detector_messages.hpp"
#include "actors/liveness/liveness_core.hpp"
#include "actors/next_timer.hpp"
#include "actors/node_context.hpp"

namespace scalesmall {

/// Watches some of the other members, as the liveness_core says: it sends probes, has the
/// topology_db make this node's statements, and tells what follows from the statements of all.
class failure_detector {
public:
  using handle = failure_detector_actor;
  static constexpr const char* name = "failure_detector";

  failure_detector(supervision::shell_pointer<handle> self, node_context_ptr node);

  handle::behavior_type make_behavior();

private:
  [[nodiscard]] time_point now() const;
  caf::result<done> say_farewell(liveness_core::farewell how);
  void take_signs();
  void act_on_due();
  template <class Call>
  void call(const Call& what);
  void publish();
  void arm();

  supervision::shell_pointer<handle> self_;
  node_context_ptr node_;
  supervision::table_writer<reachability_table> published_;
  liveness_core core_;
  next_timer alarm_;
  bool told_ = false;  // the topology_db of the verdict, in this life of the actor
};

}  // namespace scalesmall
