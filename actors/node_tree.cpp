#include "actors/node_tree.hpp"

#include "actors/assigner.hpp"
#include "actors/broadcaster.hpp"
#include "actors/failure_detector.hpp"
#include "actors/keeper.hpp"
#include "actors/listener.hpp"
#include "actors/messenger.hpp"
#include "actors/multicast_handler.hpp"
#include "actors/node_context.hpp"
#include "actors/peer_db.hpp"
#include "actors/receiver.hpp"
#include "actors/subscriptions.hpp"
#include "actors/topology_db.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

namespace {

/// No actor of a node works for long, so an actor that has not ended by then is stuck.
constexpr std::chrono::milliseconds shutdown_time{500};

/// A lack of threads, descriptors, memory or routes is no fault of an actor, and it may be over
/// soon.
constexpr std::chrono::seconds resource_wait_max{5};

supervision::supervisor_spec patient_supervisor() {
  supervision::supervisor_spec spec;
  spec.resource_wait_max = resource_wait_max;
  return spec;
}

template <class State>
supervision::child_spec worker(const node_context_ptr& node,
                               const supervision::stable_ref_base& name) {
  supervision::child_spec spec;
  spec.id = State::name;
  spec.start = supervision::start_shell<State>(node);
  spec.shutdown = shutdown_time;
  spec.ref = name;
  return spec;
}

supervision::child_spec dynamic_supervisor(std::string id, std::size_t children_max,
                                           const supervision::stable_ref_base& name) {
  supervision::supervisor_spec spec;
  spec.max_children = children_max;
  auto child = supervision::supervisor_child(std::move(id), std::move(spec));
  child.ref = name;
  return child;
}

}  // namespace

void node_names::give_to(node_context& node) const {
  node.topology_db = topology_db.handle();
  node.subscriptions = subscriptions.handle();
  node.receiver = receiver.handle();
  node.peer_db = peer_db.handle();
  node.broadcaster = broadcaster.handle();
  node.multicast_handler = multicast_handler.handle();
  node.messenger = messenger.handle();
  node.failure_detector = failure_detector.handle();
  node.keeper = keeper.handle();
  node.assigner = assigner.handle();
  node.outgoing = outgoing.handle();
  node.incoming_handlers = incoming_handlers.handle();
}

supervision::supervisor_spec node_tree(const node_context_ptr& node, const node_names& names) {
  auto incoming = patient_supervisor();
  incoming.strategy = supervision::restart_strategy::rest_for_one;
  incoming.children = {
      dynamic_supervisor("handlers", limits::incoming_connections_max, names.incoming_handlers),
      worker<listener>(node, {}),
  };

  auto chatter = patient_supervisor();
  chatter.children = {
      worker<peer_db>(node, names.peer_db),
      worker<broadcaster>(node, names.broadcaster),
      dynamic_supervisor("outgoing", limits::peers_max, names.outgoing),
      supervision::supervisor_child("incoming", std::move(incoming)),
      worker<multicast_handler>(node, names.multicast_handler),
      worker<messenger>(node, names.messenger),
  };

  if (node->config.liveness) {
    chatter.children.push_back(worker<failure_detector>(node, names.failure_detector));
    chatter.children.push_back(worker<assigner>(node, names.assigner));
  }

  auto group_manager = patient_supervisor();
  group_manager.children = {
      worker<topology_db>(node, names.topology_db),
      worker<subscriptions>(node, names.subscriptions),
      worker<receiver>(node, names.receiver),
      worker<keeper>(node, names.keeper),
      supervision::supervisor_child("chatter", std::move(chatter)),
  };
  return group_manager;
}

}  // namespace scalesmall
