#include "actors/topology_db.hpp"

#include <chrono>
#include <utility>

#include "actors/broadcaster_messages.hpp"
#include "actors/peer_db_messages.hpp"
#include "actors/receiver_messages.hpp"
#include "actors/subscriptions_messages.hpp"
#include "actors/topology/incarnation_bound.hpp"
#include "actors/topology/interest.hpp"
#include "actors/topology/tombstones.hpp"

namespace scalesmall {

topology_db::topology_db(supervision::shell_pointer<handle> self, node_context_ptr node)
    : self_(self),
      node_(std::move(node)),
      published_(node_->topologies),
      table_(*published_.read()) {
  tell_subscribers();
  // A former life of this actor may have accepted a change that it did not live to announce.
  if (auto rows = marks_of_member(table_.state(), node_->self); !rows.empty())
    announce(std::move(rows));
  expire();
}

topology_db::handle::behavior_type topology_db::make_behavior() {
  return {
      [this](const join_group& call) -> caf::result<timed_item> {
        auto claim = answer(table_.join(call.group, call.range));
        // Not before the join: the exchange that this begins has to speak of it.
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
      [this](const merge_more&) { merge_slice(); },
  };
}

caf::result<timed_item> topology_db::answer(
    const result<topology_table::change, call_error>& outcome) {
  if (!outcome) return caf::make_error(outcome.error());
  publish();
  announce({outcome->told});
  return outcome->claim;
}

void topology_db::announce(std::vector<row_mark> rows) {
  self_->send(node_->broadcaster, announcement{std::move(rows)});
}

caf::result<done> topology_db::merge(const arrived& what) {
  gossip_merge all{what.content};
  if (!step(all)) {
    const auto promise = self_->make_response_promise<done>();
    long_.push_back({what, std::move(all), supervision::guarded_promise{promise}});
    if (long_.size() == 1) self_->send(self_, merge_more{});
    return promise;
  }
  return self_->delegate(node_->receiver, merged{what, std::move(all.outcome())});
}

void topology_db::merge_slice() {
  auto& [what, merge, answer] = long_.front();
  if (step(merge)) {
    answer.delegate(node_->receiver, merged{what, std::move(merge.outcome())});
    long_.pop_front();
  }
  if (!long_.empty()) self_->send(self_, merge_more{});
}

/// True if that was the last step of the merge.
bool topology_db::step(gossip_merge& x) {
  const auto clock = std::chrono::system_clock::now().time_since_epoch();
  auto made = x.next(table_, std::chrono::duration_cast<std::chrono::seconds>(clock));
  node_->counts->claims_refused += made.refused;
  if (!made.own_truth.empty()) {
    publish();
    node_->log->info("others held claims of a former life of this node; telling them what is true");
    announce(std::move(made.own_truth));
  }
  if (made.done && table_.state().version != published_.read()->version) publish();
  return made.done;
}

void topology_db::expire() {
  if (table_.expire(self_->clock().now().time_since_epoch(), node_->config.grace)) publish();
  self_->delayed_send(self_, expiry_period(node_->config.grace), removals_due{});
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
