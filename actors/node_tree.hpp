#pragma once

#include <memory>
#include <scalesmall/supervision/stable_ref.hpp>
#include <scalesmall/supervision/supervisor_spec.hpp>

#include "actors/handles.hpp"

namespace scalesmall {

struct node_context;

/// The stable references by which the actors of a node find each other. They outlive every restart.
struct node_names {
  explicit node_names(caf::actor_system& system)
      : topology_db(system),
        subscriptions(system),
        receiver(system),
        peer_db(system),
        broadcaster(system),
        multicast_handler(system),
        messenger(system),
        failure_detector(system),
        keeper(system),
        assigner(system),
        outgoing(system),
        incoming_handlers(system) {}

  void give_to(node_context& node) const;

  supervision::stable_ref<topology_db_actor> topology_db;
  supervision::stable_ref<notified_subscriptions_actor> subscriptions;
  supervision::stable_ref<receiver_actor> receiver;
  supervision::stable_ref<peer_db_actor> peer_db;
  supervision::stable_ref<broadcaster_actor> broadcaster;
  supervision::stable_ref<multicast_handler_actor> multicast_handler;
  supervision::stable_ref<messenger_actor> messenger;
  supervision::stable_ref<failure_detector_actor> failure_detector;
  supervision::stable_ref<keeper_actor> keeper;
  supervision::stable_ref<assigner_actor> assigner;
  supervision::stable_ref<caf::actor> outgoing;
  supervision::stable_ref<caf::actor> incoming_handlers;
};

/// The tree of a node, as data:
///
///     group_manager                one_for_one
///     |- topology_db
///     |- subscriptions
///     |- receiver
///     |- keeper
///     `- chatter                   one_for_one
///        |- peer_db
///        |- broadcaster
///        |- outgoing               outgoing_handlers by peer, temporary
///        |- incoming               rest_for_one
///        |  |- handlers            incoming_handlers, temporary
///        |  `- listener
///        |- multicast_handler
///        |- messenger
///        |- failure_detector
///        `- assigner
///
/// Without node_config::liveness the last two are not there.
///
/// Each actor reaches the others by stable references and reads what it needs from tables. So no
/// actor has to restart with another, except the listener with the supervisor of the handlers that
/// it counts.
[[nodiscard]] supervision::supervisor_spec node_tree(
    const std::shared_ptr<const node_context>& node, const node_names& names);

}  // namespace scalesmall
