#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <scalesmall/counters.hpp>
#include <scalesmall/node_config.hpp>
#include <scalesmall/reachability.hpp>
#include <scalesmall/supervision/table.hpp>
#include <vector>

#include <caf/actor.hpp>

#include "actors/handles.hpp"
#include "actors/logger.hpp"
#include "net/frames/frame.hpp"

namespace scalesmall {

class acceptor_port;
class frame_admission;
class memory_budget;
class network;
class next_life;
class outbox;
class signs_of_life;
class state_store;
class work_budget;
struct service_order;
struct peer_memory;
struct seed_list;
struct topology;
enum class arrival_step : std::uint8_t;

/// What the actors of one node share: the things that outlive each of them, and the handles by
/// which they find each other, which are stable references. Made before the tree starts and never
/// changed afterwards.
struct node_context {
  net_id self;
  node_config config;
  std::uint64_t random_seed = 0;
  frame_codec codec;
  std::function<std::chrono::nanoseconds()> wall_clock;  ///< as node_environment::wall_clock

  std::shared_ptr<network> net;
  /// Outlives the listener, so that no connection is refused during a restart.
  std::shared_ptr<acceptor_port> acceptor;
  std::shared_ptr<const logger> log;
  std::shared_ptr<counters> counts = std::make_shared<counters>();
  std::shared_ptr<frame_admission> intake;
  std::shared_ptr<memory_budget> large_frames;
  std::shared_ptr<work_budget> work_for_others;
  std::size_t strangers_connections_max = 0;  ///< to peers never reached; as many from them
  /// An arrival_door, for tests; empty in programs.
  std::shared_ptr<std::function<void(arrival_step)>> door =
      std::make_shared<std::function<void(arrival_step)>>();

  /// What connections hear of others; null without the failure detector.
  std::shared_ptr<signs_of_life> signs;

  supervision::table<topology> topologies;
  supervision::table<peer_memory> peers;
  supervision::table<std::uint64_t> next_seqno;
  supervision::table<seed_list> seeds;
  supervision::table<reachability_table> reachability;
  supervision::table<std::vector<subscribe>> subscribers;
  supervision::table<std::vector<handle_messages>> handlers;
  supervision::table<std::vector<service_order>> services;
  std::shared_ptr<outbox> messages_out;  ///< outlives the messenger
  std::shared_ptr<state_store> state;    ///< null: nothing outlives this node
  std::shared_ptr<const scalesmall::next_life> next_life;
  std::vector<net_id> former_peers;  ///< of a former life, to be asked first

  topology_db_actor topology_db;
  notified_subscriptions_actor subscriptions;
  receiver_actor receiver;
  peer_db_actor peer_db;
  broadcaster_actor broadcaster;
  multicast_handler_actor multicast_handler;
  messenger_actor messenger;
  failure_detector_actor failure_detector;
  keeper_actor keeper;
  assigner_actor assigner;
  caf::actor outgoing;           ///< the supervisor of the outgoing_handlers
  caf::actor incoming_handlers;  ///< the supervisor of the incoming_handlers
};

using node_context_ptr = std::shared_ptr<const node_context>;

}  // namespace scalesmall
