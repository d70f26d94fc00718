#include "actors/arrival/arrival_core.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace scalesmall {

namespace {

std::size_t entries_of(const direct& x) {
  std::size_t entries = 0;
  for (const auto& rows : x.what.messages) entries += rows.time.clocks().size() + rows.items.size();
  return entries;
}

}  // namespace

arrival_core::arrival_core(const net_id& self, time_point now, rng random)
    : self_(self), newcomers_(now), limiter_(now), held_(random) {}

std::vector<arrival_effect> arrival_core::arrived(const gossip& content, arrival_path path,
                                                  const merge_outcome& merged, bool known,
                                                  const topology& t, time_point now, bool reached) {
  const auto& sender = content.current_id.origin;
  if (sender == self_) return {};  // this node's own multicast comes back
  const bool asks = content.summary && content.summary->stage == exchange::request;
  if (asks && !limiter_.allow(sender, now, reached)) return {request_refused{}};
  newcomers_.note(content, path, known, now);
  // The peer table learns first: what follows may be planned with it.
  std::vector<arrival_effect> effects{envelope_to_note{}};
  if (!content.summary) held_.heard(content.messages);
  const bool by_hop = path == arrival_path::tcp && is_acknowledged(content);
  // What is refused is not noted, or it would count as served when it comes again.
  const auto asked = by_hop && fits_relay(content)
                         ? seen_.note(content)
                         : seen_broadcasts::task{false, content.distribution_list};
  const bool is_asked = content.summary && content.summary->stage != exchange::rest;
  const auto room = is_asked ? limiter_.room(sender, now, reached) : 0;
  if (is_asked && room == 0) effects.emplace_back(request_refused{});
  const auto add = [&]<class T>(T& x) {
    if constexpr (std::is_same_v<T, exchanged>) {
      held_.hold(x.rows, now);
    } else {
      if constexpr (std::is_same_v<T, direct>)
        limiter_.tell(sender, entries_of(x), now, reached);
      else if constexpr (std::is_same_v<T, long_answer>)
        if (x.first) limiter_.tell(sender, entries_of(*x.first), now, reached);
      if constexpr (std::is_same_v<T, announcement>) held_.heard(x.rows);
      effects.emplace_back(std::move(x));
    }
  };
  for (auto& x : decide(content, path, asked, merged, newcomers_.to_announce(), t, room))
    std::visit(add, x);
  return effects;
}

std::optional<answer_part> arrival_core::go_on(const gossip& asked, answer_position next,
                                               const topology& t, time_point now, bool reached) {
  const auto& asker = asked.current_id.origin;
  next.room = std::min(next.room, limiter_.room(asker, now, reached));
  if (next.room == 0) return std::nullopt;
  auto part = answer(asked, t, next);
  if (part.what) limiter_.tell(asker, entries_of(*part.what), now, reached);
  return part;
}

std::vector<row_mark> arrival_core::due(const topology& t, time_point now) {
  return held_.take(now, t);
}

}  // namespace scalesmall
