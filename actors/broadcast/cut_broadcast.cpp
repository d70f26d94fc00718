#include "actors/broadcast/cut_broadcast.hpp"

#include <algorithm>
#include <utility>

namespace scalesmall {

plan_hops cut_broadcast::needs() const {
  plan_hops asked;
  asked.datagrams = datagrams.size();
  asked.frames = frames;
  asked.recipients = what.recipients;
  asked.unless_heard = what.unless_heard;
  asked.seen_ids_max = seen_ids_max;
  return asked;
}

std::optional<cut_broadcast> cut(broadcast what, bool multicast, const frame_codec& codec) {
  cut_broadcast x{std::move(what)};
  if (x.what.multicast && multicast) {
    if (auto pieces = split_for_datagrams(x.what.what, codec)) x.datagrams = std::move(*pieces);
  }
  if (x.datagrams.empty() && x.what.recipients && x.what.recipients->empty()) return std::nullopt;
  x.frames = split_for_stream(x.what.what).size();
  for (const auto& narrow : x.what.narrow)
    x.frames = std::max(x.frames, split_for_stream({{}, narrow.rows, {}}).size());
  return x;
}

cut_broadcast hearing_report() {
  cut_broadcast x{{{}, std::vector<net_id>{}, true, {}}, {payload{}}};
  x.seen_ids_max = peer_table::seen_ids_per_report;
  return x;
}

namespace {

bool names_members(const payload& x) {
  return !x.messages.empty() ||
         (x.summary && std::ranges::any_of(x.summary->groups, [](const group_digest& group) {
            return !group.time.empty();
          }));
}

}  // namespace

plan_direct cut_direct::needs() const {
  return {peer, pieces.size(), std::ranges::any_of(pieces, names_members)};
}

cut_direct cut(direct what) {
  return {what.peer, split_for_stream(std::move(what.what)), std::move(what.room),
          std::move(what.failed)};
}

}  // namespace scalesmall
