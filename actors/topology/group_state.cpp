#include "actors/topology/group_state.hpp"

#include <memory>
#include <utility>

#include "messages/digest.hpp"

namespace scalesmall {

void group_state::put(row x) {
  const auto present = std::make_shared<const row>(std::move(x));
  const auto former = rows_.put(present);
  if (former) count(*former, -1);
  count(*present, 1);
  note_owners(former ? claims_view{former->claims} : claims_view{}, present->claims);
}

bool group_state::erase(const net_id& member) {
  const auto former = rows_.erase(member);
  if (!former) return false;
  count(*former, -1);
  note_owners(former->claims, {});
  return true;
}

void group_state::settle() {
  if (gone_.empty() && come_.empty()) return;
  routes_ = routes_.changed(std::exchange(gone_, {}), std::exchange(come_, {}));
}

void group_state::note_owners(claims_view before, claims_view after) {
  const auto note = [](const timed_item& claim, std::vector<range_owner>& owners) {
    const auto& what = claim.item;
    if (what.op == op::add) owners.push_back({what.member, what.range, what.port});
  };
  while (!before.empty() || !after.empty()) {
    const bool is_gone =
        after.empty() || (!before.empty() && before.front().item.range < after.front().item.range);
    const bool has_come =
        before.empty() || (!after.empty() && after.front().item.range < before.front().item.range);
    const bool is_same = !is_gone && !has_come && before.front().item == after.front().item;
    if (!has_come) {
      if (!is_same) note(before.front(), gone_);
      before = before.subspan(1);
    }
    if (!is_gone) {
      if (!is_same) note(after.front(), come_);
      after = after.subspan(1);
    }
  }
}

void group_state::count(const row& x, int sign) {
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
