#include "actors/topology/interest.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "messages/digest.hpp"

namespace scalesmall {

key_set interest_in(const topology& t, std::string_view group) {
  const auto* own = find_row(t, group, t.self);
  return own ? interest_of(*own) : key_set{};
}

std::uint64_t hash_within(const group_state& group, const key_set& keys) {
  std::uint64_t sum = 0;
  for (const auto& x : group.all()) {
    for (const auto& claim : x->claims) {
      if (claim.item.op != op::rmv && keys.touches(claim.item.range)) sum += claim_hash(claim);
    }
  }
  return sum;
}

world_clock clocks_within(const group_state& group, const key_set& keys) {
  if (keys.is_whole()) return clocks_of(group);
  world_clock clocks;
  for (const auto& x : group.all()) {
    if (x->at != stamp{} && touches(*x, keys)) clocks.advance({x->member, x->at});
  }
  return clocks;
}

row_collector::row_collector(const topology& t, std::string_view group, const key_set& wanted)
    : self_(t.self),
      own_{std::string{group}, {}, {}, {}, wanted},
      others_{own_.group_name, {}, {}, {}, intersection(wanted, interest_in(t, group))},
      presences_{own_.group_name, {}, {}, {}, key_set::none()} {
  alike_ = others_.within == wanted;
}

std::size_t row_collector::told() const noexcept {
  return own_.time.clocks().size() + others_.time.clocks().size() + presences_.time.clocks().size();
}

bool row_collector::add(const row& x, const std::optional<stamp>& since) {
  const auto before = told();
  if (alike_ || x.member == self_) {
    append_row(own_, x, since);
  } else if (!others_.within.is_none()) {
    append_row(others_, x, since);
  }
  // A message with the claims tells the presence as of their clock. A message of its own is needed
  // if the presence is newer, or if there is no message with claims.
  const bool without_claims = others_.within.is_none() && x.member != self_;
  if (without_claims || presence_of(x).as_of > x.at) append_row(presences_, x, {});
  return told() > before;
}

bool row_collector::add_presence(const row& x) {
  if (!is_active_in(x, own_.within)) return add(x, {});
  const auto before = told();
  append_row(presences_, x, {});
  return told() > before;
}

void row_collector::move_to(std::vector<message>& all) {
  std::vector<message> some;
  for (auto* x : {&own_, &others_, &presences_}) {
    if (!x->time.empty()) some.push_back(std::move(*x));
  }
  for (auto& x : united(std::move(some))) all.push_back(std::move(x));
}

}  // namespace scalesmall
