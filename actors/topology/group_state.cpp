#include "actors/topology/group_state.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "messages/digest.hpp"

namespace scalesmall {

namespace {

void append_owners(const row& x, std::vector<range_owner>& owners) {
  for (const auto& [what, at] : x.claims) {
    if (what.op == op::add) owners.push_back({what.member, what.range, what.port});
  }
}

}  // namespace

void group_state::put(row x) {
  const row nothing;
  const auto* former = rows_.find(x.member);
  if (former) count(*former, -1);
  count(x, 1);
  x.active_hash = note_difference(former ? *former : nothing, x);
  rows_.put(std::make_shared<const row>(std::move(x)));
}

bool group_state::erase(const net_id& member) {
  const auto former = rows_.erase(member);
  if (!former) return false;
  count(*former, -1);
  note_difference(*former, row{member});
  return true;
}

bool group_state::is_hidden(const net_id& member) const {
  return hidden_ && std::ranges::binary_search(*hidden_, member);
}

void group_state::hide(hidden_members members) {
  static const std::vector<net_id> none;
  const auto& before = hidden_ ? *hidden_ : none;
  const auto& now = members ? *members : none;
  std::vector<net_id> changed;
  std::ranges::set_symmetric_difference(before, now, std::back_inserter(changed));
  for (const auto& member : changed) {
    if (const auto* x = rows_.find(member))
      append_owners(*x, std::ranges::binary_search(now, member) ? gone_ : come_);
  }
  hidden_ = std::move(members);
}

std::vector<range_owner> group_state::hidden_owners() const {
  std::vector<range_owner> owners;
  if (!hidden_) return owners;
  for (const auto& member : *hidden_) {
    if (const auto* x = rows_.find(member)) append_owners(*x, owners);
  }
  return owners;
}

void group_state::settle() {
  if (gone_.empty() && come_.empty()) return;
  routes_ = routes_.changed(std::exchange(gone_, {}), std::exchange(come_, {}));
}

std::uint64_t group_state::note_difference(const row& was, const row& is) {
  auto hash = was.active_hash;
  const bool hidden = is_hidden(is.member);
  const auto note = [&](const timed_item& claim, std::vector<range_owner>* owners, bool comes) {
    const auto& what = claim.item;
    if (what.op == op::rmv) return;
    hash += comes ? claim_hash(claim) : std::uint64_t{} - claim_hash(claim);
    if (owners && !hidden && what.op == op::add)
      owners->push_back({what.member, what.range, what.port});
  };
  auto before = claims_view{was.claims};
  auto after = claims_view{is.claims};
  while (!before.empty() || !after.empty()) {
    const bool is_gone =
        after.empty() || (!before.empty() && before.front().item.range < after.front().item.range);
    const bool has_come =
        before.empty() || (!after.empty() && after.front().item.range < before.front().item.range);
    const bool stands = !is_gone && !has_come && before.front().item == after.front().item;
    const bool changed = !stands || before.front().at != after.front().at;
    if (!has_come) {
      if (changed) note(before.front(), stands ? nullptr : &gone_, false);
      before = before.subspan(1);
    }
    if (!is_gone) {
      if (changed) note(after.front(), stands ? nullptr : &come_, true);
      after = after.subspan(1);
    }
  }
  return hash;
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
