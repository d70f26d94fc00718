#include "actors/interest.hpp"

#include <utility>

#include "messages/digest.hpp"

namespace scalesmall {

key_set interest_in(const topology& t, std::string_view group) {
  const auto* own = find_row(t, group, t.self);
  return own ? interest_of(*own) : key_set{};
}

std::uint64_t hash_within(const group_rows& group, const key_set& keys) {
  std::uint64_t sum = 0;
  for (const auto& x : group.all()) {
    for (const auto& claim : x->claims) {
      if (claim.item.op != op::rmv && keys.touches(claim.item.range)) sum += claim_hash(claim);
    }
  }
  return sum;
}

world_clock clocks_within(const group_rows& group, const key_set& keys) {
  if (keys.is_whole()) return clocks_of(group);
  world_clock clocks;
  for (const auto& x : group.all()) {
    if (x->at != stamp{} && touches(*x, keys)) clocks.advance({x->member, x->at});
  }
  return clocks;
}

told_rows::told_rows(const topology& t, std::string_view group, const key_set& wanted)
    : self_(t.self), own_{std::string{group}, {}, {}, {}, wanted} {
  const auto known = intersection(wanted, interest_in(t, group));
  alike_ = known == wanted;
  if (known && !alike_) others_ = message{own_.group_name, {}, {}, {}, *known};
}

void told_rows::add(const row& x, const std::optional<stamp>& since) {
  if (alike_ || x.member == self_) return append_row(own_, x, since);
  if (others_) append_row(*others_, x, since);
}

void told_rows::move_to(std::vector<message>& all) {
  const bool own_first = !others_ || order_of(own_) < order_of(*others_);
  const auto move = [&all](message& x) {
    if (!x.time.empty()) all.push_back(std::move(x));
  };
  if (own_first) move(own_);
  if (others_) move(*others_);
  if (!own_first) move(own_);
}

}  // namespace scalesmall
