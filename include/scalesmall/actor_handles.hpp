#pragma once

#include <scalesmall/supervision/caf_version.hpp>
#include <vector>

#include <caf/fwd.hpp>
#include <caf/replies_to.hpp>

/// The typed handles of the actors that a node offers to programs made of actors. The messages are
/// defined in group_manager.hpp, subscriptions.hpp, messages.hpp and assignment.hpp; a program that
/// sends one includes that header.
namespace scalesmall {

struct done;

struct join_group;
struct leave_group;
struct add_item;
struct add_items;
struct set_items;
struct remove_item;
struct include_group;
struct exclude_group;
struct timed_item;

/// Changes the groups of this node. Errors are call_error.
using group_manager_actor =
    caf::typed_actor<caf::replies_to<join_group>::with<timed_item>,              //
                     caf::replies_to<leave_group>::with<done>,                   //
                     caf::replies_to<add_item>::with<timed_item>,                //
                     caf::replies_to<add_items>::with<std::vector<timed_item>>,  //
                     caf::replies_to<set_items>::with<std::vector<timed_item>>,  //
                     caf::replies_to<remove_item>::with<timed_item>,             //
                     caf::replies_to<include_group>::with<done>,                 //
                     caf::replies_to<exclude_group>::with<done>>;

struct group_update;
struct subscribe;
struct unsubscribe;

/// An actor that is told of a group. It gets the next update once it has handled the last one.
using subscriber_actor = caf::typed_actor<caf::reacts_to<group_update>>;

/// Takes subscriptions.
using subscriptions_actor = caf::typed_actor<caf::replies_to<subscribe>::with<done>,  //
                                             caf::replies_to<unsubscribe>::with<done>>;

struct received_messages;
struct handle_messages;
struct ignore_messages;
struct send_message;

/// An actor that handles program messages. What it has received counts as handled once it has
/// answered, and only then do more come. What it fails to handle is counted and does not come
/// again.
using message_handler_actor = caf::typed_actor<caf::reacts_to<received_messages>>;

/// Sends program messages and takes handlers of them.
using messages_actor = caf::typed_actor<caf::replies_to<handle_messages>::with<done>,  //
                                        caf::replies_to<ignore_messages>::with<done>,  //
                                        caf::replies_to<send_message>::with<done>>;

struct range_assigned;
struct range_revoked;
struct range_lost;

/// An actor that is told what its node is to serve.
using range_handler_actor =
    caf::typed_actor<caf::reacts_to<range_assigned>, caf::reacts_to<range_revoked>,
                     caf::reacts_to<range_lost>>;

struct serve_group;
struct end_service;
struct range_answer;
struct set_capacity;
struct drain_group;
struct take_over_group;

/// Serves groups by plan.
using assignments_actor = caf::typed_actor<caf::replies_to<serve_group>::with<done>,   //
                                           caf::replies_to<end_service>::with<done>,   //
                                           caf::replies_to<range_answer>::with<done>,  //
                                           caf::replies_to<set_capacity>::with<done>,  //
                                           caf::replies_to<drain_group>::with<done>,   //
                                           caf::replies_to<take_over_group>::with<done>>;

}  // namespace scalesmall
