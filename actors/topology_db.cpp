#include "actors/topology_db.hpp"

#include <algorithm>

#include "actors/broadcaster_messages.hpp"
#include "actors/peer_db_messages.hpp"
#include "actors/subscriptions_messages.hpp"
#include "actors/topology/incarnation_bound.hpp"
#include "actors/topology/interest.hpp"

namespace scalesmall {

namespace {

/// How often removals are looked through: a tenth of the grace time, within these.
constexpr moment expiry_min = std::chrono::milliseconds{10};
constexpr moment expiry_max = std::chrono::seconds{10};

}  // namespace

topology_db::topology_db(supervision::shell_pointer<handle> self, node_context_ptr node)
    : self_(self),
      node_(std::move(node)),
      published_(node_->topologies),
      table_(*published_.read()) {
  tell_subscribers();
  // What a former life of this actor accepted but did not live to announce is announced now; others
  // know it or learn it.
  if (auto rows = all_rows_of(table_.state(), node_->self); !rows.empty())
    self_->send(node_->broadcaster, announcement{std::move(rows)});
  expire();
}

topology_db::handle::behavior_type topology_db::make_behavior() {
  return {
      [this](const join_group& call) -> caf::result<timed_item> {
        auto claim = answer(table_.join(call.group, call.range));
        // Only now: the exchange that this begins has to speak of the join.
        if (!call.peers.empty()) self_->send(node_->peer_db, contact_peers{call.peers});
        return claim;
      },
      [this](const leave_group& call) -> caf::result<done> {
        const auto outcome = table_.leave(call.group);
        if (!outcome) return caf::make_error(outcome.error());
        answer(outcome);
        return done{};
      },
      [this](const add_item& call) {
        return answer(table_.add_item(call.group, call.range, call.port));
      },
      [this](const remove_item& call) {
        return answer(table_.remove_item(call.group, call.range, call.port));
      },
      [this](const arrived& what) { return merge(what); },
      [this](const forget_members& dead) {
        if (table_.forget(dead.members)) publish();
      },
      [this](const removals_due&) { expire(); },
      [this](const merge_more&) { merge_part(); },
  };
}

void topology_db::add_gap(std::vector<group_digest>& gaps, const std::string& group,
                          const world_clock& gap) const {
  if (gaps.empty() || gaps.back().group_name != group)
    gaps.push_back({group, {}, digest_scope::part, 0, interest_in(table_.state(), group)});
  gaps.back().time.merge(gap);
}

caf::result<timed_item> topology_db::answer(
    const result<topology_table::change, call_error>& outcome) {
  if (!outcome) return caf::make_error(outcome.error());
  publish();
  self_->send(node_->broadcaster, announcement{{outcome->row}});
  return outcome->claim;
}

caf::result<done> topology_db::merge(const arrived& what) {
  const auto today = std::chrono::system_clock::now().time_since_epoch();
  table_.bound_incarnations(
      latest_incarnation(std::chrono::duration_cast<std::chrono::seconds>(today)));
  if (needs_slicing(*what.content)) {
    const auto promise = self_->make_response_promise<done>();
    long_.push_back(
        {gossip_slices{what.content}, {what, {}, {}}, supervision::guarded_promise{promise}});
    if (long_.size() == 1) self_->send(self_, merge_more{});
    return promise;
  }
  merged all{what, {}, {}};
  for (const auto& rows : what.content->messages) merge(rows, all);
  finish();
  return self_->delegate(node_->receiver, std::move(all));
}

void topology_db::merge(const message& rows, merged& all) {
  auto outcome = table_.apply(rows);
  if (!outcome.news.time.empty()) all.news.push_back(std::move(outcome.news));
  if (!outcome.gap.empty()) add_gap(all.gaps, rows.group_name, outcome.gap);
  node_->counts->claims_refused += outcome.refused;
  if (outcome.own_truth.empty()) return;
  publish();
  node_->log->info("others held claims of a former life of this node; telling them what is true");
  self_->send(node_->broadcaster, announcement{std::move(outcome.own_truth)});
}

void topology_db::merge_part() {
  auto& [parts, outcome, answer] = long_.front();
  if (const auto rows = parts.next()) {
    merge(*rows, outcome);
  } else {
    finish();
    answer.delegate(node_->receiver, std::move(outcome));
    long_.pop_front();
  }
  if (!long_.empty()) self_->send(self_, merge_more{});
}

void topology_db::finish() {
  if (table_.state().version != published_.read()->version) publish();
}

void topology_db::expire() {
  if (table_.expire(self_->clock().now().time_since_epoch(), node_->config.grace)) publish();
  self_->delayed_send(self_, std::clamp<moment>(node_->config.grace / 10, expiry_min, expiry_max),
                      removals_due{});
}

void topology_db::publish() {
  published_.publish(std::make_shared<const topology>(table_.state()));
  tell_subscribers();
}

void topology_db::tell_subscribers() {
  if (node_->subscribers.read()->empty()) return;
  self_->send(node_->subscriptions, topology_changed{published_.read()});
}

}  // namespace scalesmall
