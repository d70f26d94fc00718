#pragma once

#include <memory>
#include <scalesmall/done.hpp>
#include <scalesmall/net_id.hpp>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>

#include "actors/arrival/arrival_decision.hpp"
#include "actors/broadcast/tcp_hop.hpp"
#include "actors/handles.hpp"
#include "actors/peers/peer_table.hpp"

namespace scalesmall {

/// Multicast which broadcasts this node has heard.
struct report_hearing {};

struct begin_exchange {
  struct partner {
    net_id peer;
    peer_table::hop_ids ids;
  };
  std::vector<partner> partners;
};

/// Its own timer.
struct flush_announcements {};

/// Its own timer.
struct hops_due {};

/// Its own timer.
struct retry_link {
  net_id peer;
};

/// Asks for one hop. Answered when its target has acknowledged it; an error if it cannot have it.
struct send_hop {
  std::shared_ptr<const tcp_hop> hop;
};

}  // namespace scalesmall

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::report_hearing)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::begin_exchange)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::flush_announcements)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::hops_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::retry_link)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::send_hop)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::broadcast)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::announcement)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::direct)
