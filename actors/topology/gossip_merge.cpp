#include "actors/topology/gossip_merge.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "actors/topology/incarnation_bound.hpp"
#include "actors/topology/interest.hpp"

namespace scalesmall {

gossip_merge::gossip_merge(std::shared_ptr<const gossip> whole)
    : whole_(std::move(whole)), slices_(whole_), sliced_(needs_slicing(*whole_)) {}

gossip_merge::step gossip_merge::next(topology_table& table, std::chrono::seconds clock) {
  table.bound_incarnations(latest_incarnation(clock));
  table.set_clock(clock);
  step made;
  if (!merged_ && !sliced_) {
    for (const auto& rows : whole_->messages) merge(table, rows, made);
    merged_ = true;
  } else if (const auto rows = merged_ ? std::nullopt : slices_.next()) {
    merge(table, *rows, made);
  } else {
    merged_ = true;
  }
  made.done = table.drop_outdated(dropped_rows_max) && merged_;
  if (made.done && table.may_refute()) made.own_truth = table.refute();
  return made;
}

void gossip_merge::merge(topology_table& table, const message& rows, step& made) {
  auto did = table.merge(rows);
  std::ranges::move(did.news, std::back_inserter(outcome_.news));
  made.refused += did.refused;
  if (!made.impossible) made.impossible = did.impossible;
  if (did.gap.empty()) return;
  auto& gaps = outcome_.gaps;
  const auto& group = rows.group_name;
  if (gaps.empty() || gaps.back().group_name != group)
    gaps.push_back({group, {}, digest_scope::part, 0, interest_in(table.state(), group)});
  gaps.back().time.merge(did.gap);
}

}  // namespace scalesmall
