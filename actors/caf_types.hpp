#pragma once

#include <memory>
#include <scalesmall/call_error.hpp>
#include <scalesmall/group_event.hpp>
#include <scalesmall/network.hpp>
#include <string>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/error.hpp>
#include <caf/typed_actor.hpp>

#include "actors/broadcast/broadcast.hpp"
#include "actors/messaging/outbox.hpp"
#include "actors/peers/arrival_path.hpp"
#include "actors/peers/hop_plan.hpp"
#include "actors/topology/merge_outcome.hpp"

/// The messages between the actors of one node, and the actors' types. They stay inside the
/// process: what travels between nodes is in messages/.
namespace scalesmall {

// -- the calls of a group manager
// ---------------------------------------------------------------------------------------

/// The answer of calls that have nothing to say but that it is done.
struct done {};

struct join_group {
  std::string group;
  std::vector<net_id> peers;      ///< whom to tell first; may be empty
  key_range range = whole_range;  ///< what of the group the node is interested in
};
struct leave_group {
  std::string group;
};
struct add_range {
  std::string group;
  key_range range;
  std::uint16_t port = 0;
};
struct remove_range {
  std::string group;
  key_range range;
  std::uint16_t port = 0;
};

/// What a program talks to. Errors are call_error in the category "gm".
using group_manager_actor = caf::typed_actor<caf::replies_to<join_group>::with<timed_item>,  //
                                             caf::replies_to<leave_group>::with<done>,       //
                                             caf::replies_to<add_range>::with<timed_item>,   //
                                             caf::replies_to<remove_range>::with<timed_item>>;

/// Whoever wants to be told of a group. The next update comes when one has been handled.
using subscriber_actor = caf::typed_actor<caf::reacts_to<group_update>>;

/// Answered once the subscriber is noted; it is told until it ends or takes the order back.
struct subscribe {
  std::optional<std::string> group;  ///< none: all groups that there are and will be
  subscriber_actor who;
};
/// Takes back all orders of a subscriber. One more update may be on its way.
struct unsubscribe {
  subscriber_actor who;
};
struct topology_changed {  ///< from topology_db
  std::shared_ptr<const topology> now;
};
using subscriptions_actor = caf::typed_actor<caf::replies_to<subscribe>::with<done>,    //
                                             caf::replies_to<unsubscribe>::with<done>,  //
                                             caf::reacts_to<topology_changed>>;

// -- messages of programs
// ---------------------------------------------------------------------------------------

/// Messages that came for a tag, all from one node; for_each_message gives them one by one.
struct received_messages {
  std::shared_ptr<const application_batch> batch;
};

/// Whoever handles messages. What it has received counts as handled once it has answered, and only
/// then do more come; what it fails to handle is counted and does not come again.
using message_handler_actor = caf::typed_actor<caf::reacts_to<received_messages>>;

/// Answered once the handler is noted; it gets what comes until it ends or takes the order back.
struct handle_messages {
  std::string tag;
  message_handler_actor who;
};
/// Takes back all orders of a handler. One more batch may be on its way.
struct ignore_messages {
  message_handler_actor who;
};
/// Answered once the message is accepted, which takes until there is room for it. Errors:
/// call_error, as said at node::broadcast.
struct send_message {
  message_address to;
  bytes content;
};
using messages_actor = caf::typed_actor<caf::replies_to<handle_messages>::with<done>,  //
                                        caf::replies_to<ignore_messages>::with<done>,  //
                                        caf::replies_to<send_message>::with<done>>;

// -- between the node's own actors
// --------------------------------------------------------------------------------------

/// Tells the node at the other end of a connection that its hop has been dealt with.
struct acknowledge {
  std::uint64_t number = 0;
};
using acknowledging_actor = caf::typed_actor<caf::reacts_to<acknowledge>>;

/// A gossip from outside. Answered when it has been dealt with, so that whoever read it can hold
/// back the next.
struct arrived {
  std::shared_ptr<const gossip> content;
  arrival_path path = arrival_path::tcp;
  acknowledging_actor connection = {};  ///< by which it came, if by TCP
};
/// One whose rows have been merged.
struct merged {
  arrived what;
  merge_outcome outcome;
};
struct held_due {};                                                            ///< its own timer
using receiver_actor = caf::typed_actor<caf::replies_to<arrived>::with<done>,  //
                                        caf::replies_to<merged>::with<done>,   //
                                        caf::reacts_to<held_due>>;

/// Members that nobody has heard of for too long.
struct forget_members {
  std::vector<net_id> members;
};
struct removals_due {};  ///< its own timer
struct merge_more {};    ///< of its own, when what waits has had its turn
using topology_db_actor =
    group_manager_actor::extend<caf::replies_to<arrived>::with<done>,
                                caf::reacts_to<forget_members>, caf::reacts_to<removals_due>,
                                caf::reacts_to<merge_more>>;

struct note_gossip {
  std::shared_ptr<const gossip> content;
  arrival_path path = arrival_path::tcp;
};
struct contact_peers {
  std::vector<net_id> peers;
};
struct peer_unreachable {
  net_id peer;
};
struct peer_reached {
  net_id peer;
};
struct peers_due {};  ///< its own timer
struct look_up {      ///< its own timer
  std::size_t named_peer = 0;
};
struct name_found {
  std::size_t named_peer = 0;
  std::vector<net_id> addresses;
};

using peer_db_actor = caf::typed_actor<caf::reacts_to<note_gossip>,                 //
                                       caf::reacts_to<contact_peers>,               //
                                       caf::reacts_to<peer_unreachable>,            //
                                       caf::reacts_to<peer_reached>,                //
                                       caf::reacts_to<peers_due>,                   //
                                       caf::reacts_to<look_up>,                     //
                                       caf::reacts_to<name_found>,                  //
                                       caf::replies_to<plan_hops>::with<hop_plan>,  //
                                       caf::replies_to<plan_direct>::with<peer_table::hop_ids>>;

struct report_hearing {};  ///< multicast which broadcasts this node has heard
struct begin_exchange {
  std::vector<exchange_partner> partners;
};
struct dissemination_due {};  ///< its own timer
struct retry_link {           ///< its own timer
  net_id peer;
};
/// Asks for one hop. Answered when its target has acknowledged it; an error if it cannot have it.
struct send_hop {
  std::shared_ptr<const tcp_hop> hop;
};
using broadcaster_actor = caf::typed_actor<caf::reacts_to<broadcast>,          //
                                           caf::reacts_to<announcement>,       //
                                           caf::reacts_to<direct>,             //
                                           caf::reacts_to<begin_exchange>,     //
                                           caf::reacts_to<report_hearing>,     //
                                           caf::reacts_to<dissemination_due>,  //
                                           caf::reacts_to<retry_link>,         //
                                           caf::replies_to<send_hop>::with<done>>;

struct outbox_filled {};  ///< there is something to take
struct messaging_due {};  ///< its own timer
using messenger_actor =
    messages_actor::extend<caf::replies_to<arrived>::with<done>, caf::reacts_to<outbox_filled>,
                           caf::reacts_to<messaging_due>>;

/// An event of a port, from its I/O thread to its owner.
struct port_notice {
  port_event event;
};
struct idle_check {};  ///< its own timer

/// Answered when the peer acknowledges the number; an error means that the peer cannot have it.
struct deliver {
  bytes frame;
  std::uint64_t number = 0;
  std::uint64_t flow = 0;   ///< frames of different flows take turns
  bool may_be_lost = true;  ///< whether, if there is no room, it counts as delivered: something
                            ///< else brings what it said
};
/// Never answered: a step of an exchange, which is begun again by itself. The peer_db hears of a
/// peer that cannot be reached.
struct post {
  bytes frame;
  std::uint64_t flow = 0;  ///< as in deliver
};
using outgoing_handler_actor = caf::typed_actor<caf::replies_to<deliver>::with<done>,  //
                                                caf::reacts_to<post>,                  //
                                                caf::reacts_to<port_notice>,           //
                                                caf::reacts_to<idle_check>>;
struct frame_due {};   ///< its own timer
struct make_room {};   ///< end, for another connection
struct room_given {};  ///< by memory_budget
struct slow_check {};  ///< its own timer
using incoming_handler_actor = acknowledging_actor::extend<caf::reacts_to<port_notice>,  //
                                                           caf::reacts_to<idle_check>,   //
                                                           caf::reacts_to<frame_due>,    //
                                                           caf::reacts_to<make_room>,    //
                                                           caf::reacts_to<room_given>,   //
                                                           caf::reacts_to<slow_check>>;
using listener_actor = caf::typed_actor<caf::reacts_to<port_notice>>;

struct send_datagram {
  bytes frame;
};
struct reopen_port {};                                                           ///< its own timer
using multicast_handler_actor = caf::typed_actor<caf::reacts_to<send_datagram>,  //
                                                 caf::reacts_to<port_notice>,    //
                                                 caf::reacts_to<reopen_port>>;

}  // namespace scalesmall

CAF_ERROR_CODE_ENUM(scalesmall::call_error, "gm")

#define SCALESMALL_LOCAL_MESSAGE(type) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::type)
SCALESMALL_LOCAL_MESSAGE(done)
SCALESMALL_LOCAL_MESSAGE(join_group)
SCALESMALL_LOCAL_MESSAGE(leave_group)
SCALESMALL_LOCAL_MESSAGE(add_range)
SCALESMALL_LOCAL_MESSAGE(remove_range)
SCALESMALL_LOCAL_MESSAGE(timed_item)
SCALESMALL_LOCAL_MESSAGE(group_update)
SCALESMALL_LOCAL_MESSAGE(subscribe)
SCALESMALL_LOCAL_MESSAGE(unsubscribe)
SCALESMALL_LOCAL_MESSAGE(topology_changed)
SCALESMALL_LOCAL_MESSAGE(received_messages)
SCALESMALL_LOCAL_MESSAGE(handle_messages)
SCALESMALL_LOCAL_MESSAGE(ignore_messages)
SCALESMALL_LOCAL_MESSAGE(send_message)
SCALESMALL_LOCAL_MESSAGE(acknowledge)
SCALESMALL_LOCAL_MESSAGE(arrived)
SCALESMALL_LOCAL_MESSAGE(merged)
SCALESMALL_LOCAL_MESSAGE(held_due)
SCALESMALL_LOCAL_MESSAGE(forget_members)
SCALESMALL_LOCAL_MESSAGE(removals_due)
SCALESMALL_LOCAL_MESSAGE(merge_more)
SCALESMALL_LOCAL_MESSAGE(note_gossip)
SCALESMALL_LOCAL_MESSAGE(contact_peers)
SCALESMALL_LOCAL_MESSAGE(peer_unreachable)
SCALESMALL_LOCAL_MESSAGE(peer_reached)
SCALESMALL_LOCAL_MESSAGE(peers_due)
SCALESMALL_LOCAL_MESSAGE(look_up)
SCALESMALL_LOCAL_MESSAGE(name_found)
SCALESMALL_LOCAL_MESSAGE(plan_hops)
SCALESMALL_LOCAL_MESSAGE(hop_plan)
SCALESMALL_LOCAL_MESSAGE(plan_direct)
SCALESMALL_LOCAL_MESSAGE(peer_table::hop_ids)
SCALESMALL_LOCAL_MESSAGE(broadcast)
SCALESMALL_LOCAL_MESSAGE(announcement)
SCALESMALL_LOCAL_MESSAGE(direct)
SCALESMALL_LOCAL_MESSAGE(begin_exchange)
SCALESMALL_LOCAL_MESSAGE(report_hearing)
SCALESMALL_LOCAL_MESSAGE(dissemination_due)
SCALESMALL_LOCAL_MESSAGE(retry_link)
SCALESMALL_LOCAL_MESSAGE(send_hop)
SCALESMALL_LOCAL_MESSAGE(outbox_filled)
SCALESMALL_LOCAL_MESSAGE(messaging_due)
SCALESMALL_LOCAL_MESSAGE(deliver)
SCALESMALL_LOCAL_MESSAGE(post)
SCALESMALL_LOCAL_MESSAGE(port_notice)
SCALESMALL_LOCAL_MESSAGE(idle_check)
SCALESMALL_LOCAL_MESSAGE(frame_due)
SCALESMALL_LOCAL_MESSAGE(make_room)
SCALESMALL_LOCAL_MESSAGE(room_given)
SCALESMALL_LOCAL_MESSAGE(slow_check)
SCALESMALL_LOCAL_MESSAGE(send_datagram)
SCALESMALL_LOCAL_MESSAGE(reopen_port)
#undef SCALESMALL_LOCAL_MESSAGE
