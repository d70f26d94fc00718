#include "actors/topology/group_state.hpp"

#include <memory>
#include <utility>

#include "messages/digest.hpp"

namespace scalesmall {

void group_state::put(row x) {
  count(x, 1);
  if (const auto former = rows_.put(std::make_shared<const row>(std::move(x)))) count(*former, -1);
}

bool group_state::erase(const net_id& member) {
  const auto former = rows_.erase(member);
  if (former) count(*former, -1);
  return former != nullptr;
}

void group_state::settle() {
  if (gone_.empty() && come_.empty()) return;
  routes_ = routes_.changed(std::exchange(gone_, {}), std::exchange(come_, {}));
}

void group_state::count(const row& x, int sign) {
  auto& owners = sign < 0 ? gone_ : come_;
  for (const auto& [what, at] : x.claims) {
    if (what.op == op::add) owners.push_back({what.member, what.range, what.port});
  }
  const auto signed_of = [sign](auto n) { return sign < 0 ? decltype(n){} - n : n; };
  claims_ += signed_of(x.claims.size());
  narrow_ += signed_of(std::size_t{interest_of(x).is_whole() ? 0U : 1U});
  if (x.at != stamp{}) hash_ += signed_of(clock_hash({x.member, x.at}));
  if (is_member(x)) members_hash_ += signed_of(clock_hash({x.member, {}}));
}

world_clock clocks_of(const group_state& group) {
  world_clock clocks;
  for (const auto& x : group.all()) {
    if (x->at != stamp{}) clocks.advance({x->member, x->at});
  }
  return clocks;
}

}  // namespace scalesmall
