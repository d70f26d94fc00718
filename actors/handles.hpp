#pragma once

#include <scalesmall/actor_handles.hpp>

#include <caf/typed_actor.hpp>

/// The typed handles of a node's own actors. Each actor's messages are defined in a header of its
/// own (receiver_messages.hpp, peer_db_messages.hpp, ...), so that a changed message concerns only
/// the sources that send or handle it. None of them leaves the process: what travels between nodes
/// is in messages/.
namespace scalesmall {

struct acknowledge;
struct arrival_failed;
/// A node at the other end of a connection.
using acknowledging_actor =
    caf::typed_actor<caf::reacts_to<acknowledge>, caf::reacts_to<arrival_failed>>;

struct arrived;
struct merged;
struct held_due;
struct answer_due;
using receiver_actor = caf::typed_actor<caf::replies_to<arrived>::with<done>,  //
                                        caf::replies_to<merged>::with<done>,   //
                                        caf::reacts_to<held_due>, caf::reacts_to<answer_due>>;

template <class Call>
struct own_call;
struct forget_members;
struct readmit_members;
struct hide_members;
struct removals_due;
struct merge_more;
struct refutation_due;
using topology_db_actor = group_manager_actor::extend<
    caf::replies_to<own_call<join_group>>::with<timed_item>,
    caf::replies_to<own_call<leave_group>>::with<done>,
    caf::replies_to<own_call<add_item>>::with<timed_item>,
    caf::replies_to<own_call<set_items>>::with<std::vector<timed_item>>,
    caf::replies_to<own_call<remove_item>>::with<timed_item>, caf::replies_to<arrived>::with<done>,
    caf::reacts_to<forget_members>, caf::reacts_to<readmit_members>, caf::reacts_to<hide_members>,
    caf::reacts_to<removals_due>, caf::reacts_to<merge_more>, caf::reacts_to<refutation_due>>;

struct topology_changed;
/// The actor `subscriptions` as the topology_db sees it.
using notified_subscriptions_actor = subscriptions_actor::extend<caf::reacts_to<topology_changed>>;

struct note_gossip;
struct contact_peers;
struct peer_unreachable;
struct peer_reached;
struct await_ready;
struct peers_due;
struct ready_due;
struct look_up;
struct name_found;
struct use_seeds;
struct plan_hops;
struct hop_plan;
struct plan_direct;
struct hop_ids;
using peer_db_actor = caf::typed_actor<caf::reacts_to<note_gossip>,                 //
                                       caf::replies_to<await_ready>::with<done>,    //
                                       caf::reacts_to<ready_due>,                   //
                                       caf::reacts_to<contact_peers>,               //
                                       caf::reacts_to<peer_unreachable>,            //
                                       caf::reacts_to<peer_reached>,                //
                                       caf::reacts_to<peers_due>,                   //
                                       caf::reacts_to<look_up>,                     //
                                       caf::reacts_to<name_found>,                  //
                                       caf::replies_to<use_seeds>::with<done>,      //
                                       caf::replies_to<plan_hops>::with<hop_plan>,  //
                                       caf::replies_to<plan_direct>::with<hop_ids>>;

struct broadcast;
struct announcement;
struct direct;
struct begin_exchange;
struct report_hearing;
struct dissemination_due;
struct retry_link;
struct send_hop;
struct send_probes;
struct tell_all;
using broadcaster_actor =
    caf::typed_actor<caf::reacts_to<broadcast>,          //
                     caf::reacts_to<announcement>,       //
                     caf::reacts_to<direct>,             //
                     caf::reacts_to<begin_exchange>,     //
                     caf::reacts_to<report_hearing>,     //
                     caf::reacts_to<dissemination_due>,  //
                     caf::reacts_to<retry_link>,         //
                     caf::replies_to<send_hop>::with<done>, caf::reacts_to<send_probes>,
                     caf::replies_to<tell_all>::with<done>>;

struct outbox_filled;
struct messaging_due;
using messenger_actor =
    messages_actor::extend<caf::replies_to<arrived>::with<done>, caf::reacts_to<outbox_filled>,
                           caf::reacts_to<messaging_due>>;

struct signs_due;
struct link_ended;
struct liveness_news;
struct wellness;
struct retire;
struct watch_due;
using failure_detector_actor =
    caf::typed_actor<caf::reacts_to<signs_due>,      //
                     caf::reacts_to<link_ended>,     //
                     caf::reacts_to<liveness_news>,  //
                     caf::reacts_to<wellness>,       //
                     caf::replies_to<retire>::with<done>, caf::reacts_to<watch_due>>;

struct topology_moved;
struct assign_due;
using assigner_actor =
    assignments_actor::extend<caf::reacts_to<received_messages>, caf::reacts_to<topology_moved>,
                              caf::reacts_to<assign_due>>;

struct keep_changes;
struct state_changed;
struct peers_changed;
struct state_written;
struct keeping_due;
using keeper_actor = caf::typed_actor<caf::replies_to<keep_changes>::with<done>,
                                      caf::reacts_to<state_changed>, caf::reacts_to<peers_changed>,
                                      caf::reacts_to<state_written>, caf::reacts_to<keeping_due>>;

struct port_notice;
struct idle_check;

struct make_room;

struct deliver;
struct post;
struct hello_due;
using outgoing_handler_actor = caf::typed_actor<caf::replies_to<deliver>::with<done>,  //
                                                caf::reacts_to<post>,                  //
                                                caf::reacts_to<port_notice>,           //
                                                caf::reacts_to<make_room>,             //
                                                caf::reacts_to<hello_due>,             //
                                                caf::reacts_to<idle_check>>;

struct frame_due;
struct room_given;
struct slow_check;
using incoming_handler_actor = acknowledging_actor::extend<caf::reacts_to<port_notice>,  //
                                                           caf::reacts_to<idle_check>,   //
                                                           caf::reacts_to<frame_due>,    //
                                                           caf::reacts_to<make_room>,    //
                                                           caf::reacts_to<room_given>,   //
                                                           caf::reacts_to<slow_check>>;

using listener_actor = caf::typed_actor<caf::reacts_to<port_notice>>;

struct send_datagram;
struct flush_datagrams;
struct reopen_port;
using multicast_handler_actor = caf::typed_actor<caf::reacts_to<send_datagram>,  //
                                                 caf::replies_to<flush_datagrams>::with<done>,
                                                 caf::reacts_to<port_notice>,  //
                                                 caf::reacts_to<reopen_port>>;

}  // namespace scalesmall
