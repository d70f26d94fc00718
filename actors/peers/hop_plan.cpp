#include "actors/peers/hop_plan.hpp"

#include <algorithm>

namespace scalesmall {

hop_plan plan(peer_table& peers, const plan_hops& what, time_point now) {
  const bool heard = what.unless_heard && peers.hears(*what.unless_heard);
  hop_plan made;
  made.multicast = what.datagrams > 0 && !heard;
  made.numbers = made.multicast ? std::max(what.datagrams, what.frames) : what.frames;
  made.ids = peers.take_ids(made.numbers, made.multicast, what.seen_ids_max);
  made.by_tcp = peers.serve_by_tcp(what.recipients, made.multicast, now, what.dead);
  return made;
}

peer_table::hop_ids plan(peer_table& peers, const plan_direct& what, time_point now) {
  auto ids = peers.take_ids(what.frames, false, peer_table::seen_ids_per_report, what.peer);
  if (what.rows) ids.silent = peers.evidence(now);
  return ids;
}

std::vector<exchange_partner> plan_exchanges(peer_table& peers, const std::vector<net_id>& with,
                                             time_point now) {
  std::vector<exchange_partner> partners;
  partners.reserve(with.size());
  for (const auto& peer : with) {
    auto ids = plan(peers, plan_direct{peer}, now);
    ids.silent = peers.silent_in_request(peer, now);
    partners.push_back({peer, std::move(ids), !peers.was_answered()});
  }
  return partners;
}

}  // namespace scalesmall
