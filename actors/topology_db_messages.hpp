#pragma once

#include <scalesmall/group_manager.hpp>
#include <scalesmall/net_id.hpp>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>

#include "actors/arrived.hpp"

namespace scalesmall {

/// A call by the node itself, which may be about a reserved group.
template <class Call>
struct own_call {
  Call what;
};

/// Members that nobody has heard of for too long.
struct forget_members {
  std::vector<net_id> members;
};

/// Members that were forgotten and turn out to be alive.
struct readmit_members {
  std::vector<net_id> members;
};

/// The members that are unreachable now, ascending.
struct hide_members {
  std::vector<net_id> members;
};

/// Its own timer.
struct removals_due {};

/// To itself: goes on with a long gossip once the other messages have had their turn.
struct merge_more {};

/// Its own timer: false claims about this node came too soon after others.
struct refutation_due {};

}  // namespace scalesmall

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::own_call<scalesmall::join_group>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::own_call<scalesmall::leave_group>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::own_call<scalesmall::add_item>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::own_call<scalesmall::set_items>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::own_call<scalesmall::remove_item>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::forget_members)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::readmit_members)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::hide_members)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::removals_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::merge_more)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::refutation_due)
