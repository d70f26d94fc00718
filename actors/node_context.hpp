#pragma once

#include <memory>
#include <scalesmall/counters.hpp>
#include <scalesmall/network.hpp>
#include <scalesmall/node_config.hpp>
#include <scalesmall/supervision/table.hpp>

#include <spdlog/logger.h>

#include "actors/caf_types.hpp"
#include "actors/inbound/frame_admission.hpp"
#include "actors/inbound/memory_budget.hpp"
#include "actors/topology/topology.hpp"
#include "messages/limits.hpp"
#include "net/frames/frame.hpp"

namespace scalesmall {

/// What the actors of one node share: what outlives each of them, and the names under which they
/// find each other. Made before the tree starts and never changed after; the handles are stable
/// references.
struct node_context {
  net_id self;
  node_config config;
  std::uint64_t random_seed = 0;
  frame_codec codec;

  std::shared_ptr<network> net;
  std::shared_ptr<acceptor_port>
      acceptor;  ///< outlives the listener, so that its restart refuses nobody
  std::shared_ptr<spdlog::logger> log;
  std::shared_ptr<counters> counts = std::make_shared<counters>();
  std::shared_ptr<frame_admission> intake;
  std::shared_ptr<memory_budget> large_frames =
      std::make_shared<memory_budget>(limits::large_frames_bytes_max);

  supervision::table<topology> topologies;
  supervision::table<peer_memory> peers;
  supervision::table<std::uint64_t> next_seqno;
  supervision::table<std::vector<subscribe>> subscribers;
  supervision::table<std::vector<handle_messages>> handlers;
  std::shared_ptr<outbox> messages_out;  ///< outlives the messenger

  topology_db_actor topology_db;
  subscriptions_actor subscriptions;
  receiver_actor receiver;
  peer_db_actor peer_db;
  broadcaster_actor broadcaster;
  multicast_handler_actor multicast_handler;
  messenger_actor messenger;
  caf::actor outgoing;           ///< the supervisor of the outgoing_handlers
  caf::actor incoming_handlers;  ///< the supervisor of the incoming_handlers
};

using node_context_ptr = std::shared_ptr<const node_context>;

}  // namespace scalesmall
