#pragma once

#include <memory>
#include <scalesmall/call_answers.hpp>
#include <scalesmall/net_id.hpp>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>

#include "actors/broadcast/broadcast.hpp"
#include "actors/handles.hpp"
#include "actors/peers/hop_plan.hpp"

namespace scalesmall {

/// Multicast which broadcasts this node has heard.
struct report_hearing {};

struct begin_exchange {
  std::vector<exchange_partner> partners;
};

/// Its own timer.
struct dissemination_due {};

/// Its own timer.
struct retry_link {
  net_id peer;
};

/// Sends each of these an empty gossip. What answers is noted in signs_of_life.
struct send_probes {
  std::vector<net_id> peers;
};

/// Asks for one hop. Answered when its target has acknowledged it; an error if it cannot have it.
struct send_hop {
  std::shared_ptr<const tcp_hop> hop;
};

/// Lets the next announcement leave at once. Answered when all that this node had to announce has
/// been acknowledged, or is overdue; what goes by multicast alone, when it has been sent.
struct tell_all {};

}  // namespace scalesmall

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::report_hearing)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::begin_exchange)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::dissemination_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::retry_link)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::send_hop)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::send_probes)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::tell_all)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::broadcast)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::announcement)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::direct)
