#include "actors/broadcast/tcp_hop.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <iterator>
#include <stdexcept>

#include "messages/codec/codec.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

namespace {

/// Room in a datagram for the seen ids of its hop: eight ids at no more than 30 bytes each.
constexpr std::size_t seen_ids_bytes = 240;

/// A clock, claim or net_id in memory, and in a frame.
constexpr std::size_t held_entry_bytes = 80;
constexpr std::size_t sent_entry_bytes = 20;

/// Hops that a relay names; more would only repeat what the newest say.
constexpr std::size_t other_ids_max = 16;

/// A message counts even if it is empty, because its name may be long.
std::size_t entries(const message& x) {
  return std::max<std::size_t>(x.within.ranges().size(), 1) + x.time.clocks().size() +
         x.items.size() + x.absent.size();
}

std::size_t entries(const std::vector<message>& rows) {
  std::size_t n = 0;
  for (const auto& x : rows) n += entries(x);
  return n;
}

bool is_one_row(const std::vector<message>& rows) {
  if (rows.size() != 1 || rows[0].items.size() > limits::row_items_max) return false;
  const auto clocks = rows[0].time.clocks();
  const auto items = rows[0].items.items();
  return clocks.size() == 1 && (items.empty() || (items.front().item.member == clocks[0].member &&
                                                  items.back().item.member == clocks[0].member));
}

gossip envelope(const broadcast_id& id, std::vector<broadcast_id> seen_ids,
                std::vector<net_id> rest, const payload& what) {
  std::ranges::sort(rest);
  rest.erase(std::unique(rest.begin(), rest.end()), rest.end());
  gossip x{id,           std::move(seen_ids), what.other_ids, std::move(rest), what.messages,
           what.summary, what.acknowledged,   what.silent};
  if (what.application) x.application = *what.application;
  return x;
}

/// A message cut in two between members; the second is empty if there is only one.
std::pair<message, message> halve(const message& x) {
  std::vector<net_id> members;
  members.reserve(entries(x));
  for (const auto& clock : x.time.clocks()) members.push_back(clock.member);
  const auto with_clock = std::ssize(members);
  for (const auto& claim : x.items.items()) members.push_back(claim.item.member);
  std::inplace_merge(members.begin(), members.begin() + with_clock, members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  const auto first_of_second = members.begin() + std::ssize(members) / 2 + std::ssize(members) % 2;
  std::pair<message, message> halves{{x.group_name, {}, {}, {}, x.within},
                                     {x.group_name, {}, {}, {}, x.within}};
  const auto half_of = [&](const net_id& member) -> message& {
    return first_of_second == members.end() || member < *first_of_second ? halves.first
                                                                         : halves.second;
  };
  for (const auto& clock : x.time.clocks()) half_of(clock.member).time.advance(clock);
  for (const auto& clock : x.since.clocks()) half_of(clock.member).since.advance(clock);
  for (const auto& claim : x.items.items()) half_of(claim.item.member).items.put(claim);
  for (const auto& member : x.absent) half_of(member).absent.push_back(member);
  return halves;
}

bool is_empty(const message& x) { return x.time.empty() && x.items.empty(); }

/// Whether a digest takes a frame of its own, because rows might not fit beside it.
bool stands_alone(const digest& x) { return bytes_max_of(x) > limits::frame_bytes_target; }

/// Two payloads that together say what this one does; the second is empty if it cannot be cut.
std::pair<payload, payload> halve(payload what) {
  const bool apart = what.summary && stands_alone(*what.summary);
  std::pair<payload, payload> halves{{what.other_ids, {}, {}}, {what.other_ids, {}, {}}};
  // A digest is sent once, but every piece says which exchange it belongs to.
  if (what.summary) halves.second.summary = digest{what.summary->stage, {}};
  halves.first.summary = std::move(what.summary);
  if (apart) {
    halves.second.messages = std::move(what.messages);
  } else if (what.messages.size() > 1) {
    const auto middle = what.messages.begin() + std::ssize(what.messages) / 2;
    std::move(middle, what.messages.end(), std::back_inserter(halves.second.messages));
    what.messages.erase(middle, what.messages.end());
    halves.first.messages = std::move(what.messages);
  } else if (what.messages.size() == 1) {
    auto [first, second] = halve(what.messages.front());
    halves.first.messages.push_back(std::move(first));
    if (!is_empty(second)) halves.second.messages.push_back(std::move(second));
  }
  return halves;
}

bool split_until(const payload& what, const auto& fits, std::vector<payload>& pieces) {
  if (fits(what)) {
    pieces.push_back(what);
    return true;
  }
  if (!what.summary && is_one_row(what.messages)) return false;
  const auto [first, second] = halve(what);
  if (second.messages.empty()) return false;
  return split_until(first, fits, pieces) && split_until(second, fits, pieces);
}

}  // namespace

std::vector<std::shared_ptr<const tcp_hop>> hops_of(const std::vector<payload>& frames,
                                                    const broadcast_id& first, std::size_t numbers,
                                                    const std::vector<broadcast_id>& seen_ids,
                                                    const std::vector<assignment>& to, int tries,
                                                    const std::shared_ptr<const void>& room) {
  if (frames.size() > numbers) throw std::logic_error{"a broadcast with more frames than numbers"};
  std::vector<std::shared_ptr<const tcp_hop>> hops;
  auto id = first;
  id.seqno += numbers - frames.size();
  for (const auto& frame : frames) {
    const auto shared = std::make_shared<const payload>(frame);
    for (const auto& x : to)
      hops.push_back(
          std::make_shared<const tcp_hop>(tcp_hop{id, seen_ids, shared, x, tries, 0, room}));
    ++id.seqno;
  }
  return hops;
}

gossip gossip_of(const tcp_hop& hop) {
  return envelope(hop.id, hop.seen_ids, hop.to.rest, *hop.what);
}

outgoing_datagram datagram_of(const broadcast_id& id, std::vector<broadcast_id> seen_ids,
                              const payload& what, const frame_codec& codec) {
  auto content = envelope(id, std::move(seen_ids), {}, what);
  auto body = try_encode(content);
  if (!body) return {std::move(content), {}};
  auto frame = codec.wrap(*body);
  while (frame.size() > limits::datagram_bytes_max && !content.seen_ids.empty()) {
    content.seen_ids.resize(content.seen_ids.size() / 2);  // the next datagram names the others
    frame = codec.wrap(encode(content));
  }
  return {std::move(content), std::move(frame)};
}

bool is_acknowledged(const gossip& arrived) {
  return !arrived.summary && arrived.acknowledged.empty() && !arrived.application;
}

bool is_probe(const gossip& arrived) {
  return is_acknowledged(arrived) && arrived.messages.empty() && arrived.seen_ids.empty() &&
         arrived.other_ids.empty() && arrived.distribution_list.empty() && arrived.silent.empty();
}

bytes acknowledgement(const net_id& self, std::vector<std::uint64_t> numbers,
                      const frame_codec& codec) {
  std::ranges::sort(numbers);
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  gossip x;
  x.current_id = {self, 0};
  x.acknowledged = std::move(numbers);
  return codec.wrap(encode(x));
}

std::size_t frame_bytes_bound(const payload& what) {
  // Of an entry with its net_id, of a message and of the envelope at most, by the wire format.
  constexpr std::size_t entry_bytes = 64;
  constexpr std::size_t message_bytes = 160;
  constexpr std::size_t envelope_bytes = 160;
  auto bound = envelope_bytes + entry_bytes * what.other_ids.size();
  for (const auto& x : what.messages)
    bound += message_bytes + x.group_name.size() + entry_bytes * entries(x);
  if (const auto& batch = what.application)
    bound += message_bytes + batch->group.size() + batch->tag.size() + batch->content.size() +
             sizeof(std::uint64_t) * batch->sizes.size();
  return bound;
}

std::optional<std::vector<payload>> split_for_datagrams(const payload& what,
                                                        const frame_codec& codec) {
  const auto fits = [&](const payload& piece) {
    // What plainly fits, or plainly does not since a claim needs a byte at the least, is not
    // encoded only to be measured.
    const bool bounded = !piece.summary && piece.acknowledged.empty() && piece.silent.empty();
    if (bounded && frame_bytes_bound(piece) + seen_ids_bytes <= limits::datagram_bytes_max)
      return true;
    if (entries(piece.messages) > limits::datagram_bytes_max) return false;
    const auto body = try_encode(envelope({}, {}, {}, piece));
    if (!body) return false;
    const auto frame = codec.wrap(*body);
    return frame.size() + seen_ids_bytes <= limits::datagram_bytes_max;
  };
  std::vector<payload> pieces;
  if (!split_until(what, fits, pieces)) return std::nullopt;
  return pieces;
}

bool fits_hop(const std::vector<message>& rows) {
  return entries(rows) <= hop_entries_max || is_one_row(rows);
}

bool fits_relay(const gossip& arrived) {
  if (arrived.distribution_list.size() > limits::peers_max) return false;
  return arrived.application ? arrived.application->content.size() <= limits::message_bytes_max
                             : fits_hop(arrived.messages);
}

std::size_t answer_bytes(const payload& what) {
  auto n = entries(what.messages) + 1;
  if (what.summary) {
    for (const auto& x : what.summary->groups)
      n += 1 + x.within.ranges().size() + x.time.clocks().size();
  }
  return n * (held_entry_bytes + sent_entry_bytes);
}

std::size_t relay_bytes(const gossip& arrived) {
  const auto n = entries(arrived.messages) + arrived.other_ids.size() + 1;
  const auto list = arrived.distribution_list.size();
  const auto hops = static_cast<std::size_t>(std::bit_width(list)) + 1;  // each has its own frame
  return n * (2 * held_entry_bytes + hops * sent_entry_bytes) + 2 * list * held_entry_bytes;
}

std::vector<payload> split_for_stream(payload what) {
  std::vector<payload> pieces;
  const auto fits = [](const payload& piece) {
    const bool apart = piece.summary && stands_alone(*piece.summary);
    return apart ? piece.messages.empty() : fits_hop(piece.messages);
  };
  std::vector<payload> open{std::move(what)};
  while (!open.empty()) {
    auto next = std::move(open.back());
    open.pop_back();
    if (fits(next)) {
      pieces.push_back(std::move(next));
      continue;
    }
    auto [first, second] = halve(std::move(next));
    if (second.messages.empty()) {
      pieces.push_back(std::move(first));  // one member's row: it has to go whole
    } else {
      open.push_back(std::move(second));
      open.push_back(std::move(first));
    }
  }
  return pieces;
}

std::uint64_t flow_of(const payload& what) {
  if (what.application) return ~std::hash<std::string>{}(what.application->group);
  if (what.messages.empty()) return 0;
  return std::hash<std::string>{}(what.messages.front().group_name);
}

std::vector<silence> silent_among(const std::vector<silence>& all, const payload& what,
                                  const std::optional<net_id>& sender) {
  std::vector<silence> found;
  std::ranges::copy_if(all, std::back_inserter(found), [&](const silence& x) {
    const auto names = [&](const auto& group) { return group.time.at(x.member).has_value(); };
    return x.member == sender || std::ranges::any_of(what.messages, names) ||
           (what.summary && std::ranges::any_of(what.summary->groups, names));
  });
  return found;
}

payload relayed(const gossip& arrived) {
  payload what{arrived.other_ids, arrived.messages, {}};
  // The number under which it came is among those that are kept: others know the gossip by it.
  if (what.other_ids.size() >= other_ids_max) what.other_ids.resize(other_ids_max - 1);
  what.other_ids.push_back(arrived.current_id);
  std::ranges::sort(what.other_ids);
  what.other_ids.erase(std::unique(what.other_ids.begin(), what.other_ids.end()),
                       what.other_ids.end());
  return what;
}

std::shared_ptr<const tcp_hop> hand_over(const tcp_hop& failed) {
  if (failed.failures >= hop_failures_max) return nullptr;
  auto next = hand_over(failed.to);
  if (!next) return nullptr;
  return std::make_shared<tcp_hop>(tcp_hop{failed.id, failed.seen_ids, failed.what,
                                           std::move(*next), failed.tries, failed.failures + 1,
                                           failed.room});
}

}  // namespace scalesmall
