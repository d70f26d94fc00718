#pragma once

#include <cstddef>
#include <memory>
#include <scalesmall/call_answers.hpp>
#include <scalesmall/net_id.hpp>
#include <scalesmall/time.hpp>
#include <string>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>

#include "actors/handles.hpp"
#include "actors/peers/arrival_path.hpp"
#include "actors/peers/hop_plan.hpp"
#include "actors/peers/named_seeds.hpp"
#include "messages/gossip.hpp"

namespace scalesmall {

struct note_gossip {
  std::shared_ptr<const gossip> content;
  arrival_path path = arrival_path::tcp;
  bool agreed = false;  ///< it is a request of an exchange to which there is nothing to answer
  acknowledging_actor connection = {};  ///< as in arrived
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

/// Answered with `done` once this node has heard of all that its seeds know of the group. Errors:
/// call_error::invalid_argument; call_error::timeout at `until`.
struct await_ready {
  std::string group;
  time_point until;  ///< of the system's clock
};

/// Its own timer.
struct peers_due {};

/// Its own timer.
struct ready_due {};

/// Its own timer.
struct look_up {
  named_seeds::number name = 0;
};

struct name_found {
  named_seeds::number name = 0;
  std::vector<net_id> addresses;
};

/// These are the seeds of the node from now on, in place of those that it had.
struct use_seeds {
  seed_list seeds;
};

}  // namespace scalesmall

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::note_gossip)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::contact_peers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::peer_unreachable)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::peer_reached)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::await_ready)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::peers_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::ready_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::look_up)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::name_found)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::use_seeds)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::plan_hops)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::hop_plan)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::plan_direct)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::hop_ids)
