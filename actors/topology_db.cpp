#include "actors/topology_db.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <type_traits>
#include <utility>

#include "actors/arrival_guard.hpp"
#include "actors/assigner_messages.hpp"
#include "actors/broadcaster_messages.hpp"
#include "actors/failure_detector_messages.hpp"
#include "actors/keeper_messages.hpp"
#include "actors/liveness/statement.hpp"
#include "actors/peer_db_messages.hpp"
#include "actors/receiver_messages.hpp"
#include "actors/routing/inclusions.hpp"
#include "actors/subscriptions_messages.hpp"
#include "actors/topology/interest.hpp"
#include "actors/topology/tombstones.hpp"
#include "messages/group_name.hpp"

namespace scalesmall {

namespace {

/// How often the wall clock is looked at.
constexpr std::chrono::seconds clock_period{4};

}  // namespace

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
      [this](const join_group& call) { return by_program<timed_item>(call); },
      [this](const leave_group& call) { return by_program<done>(call); },
      [this](const add_item& call) { return by_program<timed_item>(call); },
      [this](const add_items& call) { return by_program<std::vector<timed_item>>(call); },
      [this](const set_items& call) { return by_program<std::vector<timed_item>>(call); },
      [this](const remove_item& call) { return by_program<timed_item>(call); },
      [this](const include_group& x) -> caf::result<done> {
        if (!can_include(x.group, x.inner)) return caf::make_error(call_error::invalid_argument);
        return by_node<done>(join_group{inclusion_group(x.group, x.inner)});
      },
      [this](const exclude_group& x) -> caf::result<done> {
        if (!can_include(x.group, x.inner)) return caf::make_error(call_error::invalid_argument);
        return by_node<done>(leave_group{inclusion_group(x.group, x.inner)});
      },
      [this](const own_call<join_group>& call) { return by_node<timed_item>(call.what); },
      [this](const own_call<leave_group>& call) { return by_node<done>(call.what); },
      [this](const own_call<add_item>& call) { return by_node<timed_item>(call.what); },
      [this](const own_call<set_items>& call) {
        return by_node<std::vector<timed_item>>(call.what);
      },
      [this](const own_call<remove_item>& call) { return by_node<timed_item>(call.what); },
      [this](const arrived& what) { return merge(what); },
      [this](const forget_members& dead) {
        if (table_.ban(dead.members)) publish();
      },
      [this](const readmit_members& alive) { table_.readmit(alive.members); },
      [this](const hide_members& what) {
        if (table_.set_unreachable(what.members)) publish();
      },
      [this](const removals_due&) { expire(); },
      [this](const merge_more&) { merge_slice(); },
      [this](const refutation_due&) {
        refutation_armed_ = false;
        table_.set_clock(wall_second());
        if (table_.may_refute()) refute(table_.refute());
        refute_later();
      },
  };
}

namespace {

timed_item answer_of(const topology_table::change& made, const timed_item*) { return made.claim; }
done answer_of(const topology_table::change&, const done*) { return {}; }
std::vector<timed_item> answer_of(topology_table::changes& made, const std::vector<timed_item>*) {
  return std::move(made.claims);
}

/// What a call asks to keep; nothing if it does not ask.
std::optional<std::vector<served_range>> to_keep(const join_group& x) {
  if (!x.keep) return std::nullopt;
  return std::vector<served_range>{};
}
std::optional<std::vector<served_range>> to_keep(const add_item& x) {
  if (!x.keep) return std::nullopt;
  return std::vector<served_range>{{x.range, x.port}};
}
template <class Call>
requires requires(Call x) { x.served; }
std::optional<std::vector<served_range>> to_keep(const Call& x) {
  if (!x.keep) return std::nullopt;
  return x.served;
}
template <class Call>
std::optional<std::vector<served_range>> to_keep(const Call&) {
  return std::nullopt;
}

}  // namespace

topology_db::one_change topology_db::apply(const join_group& x) {
  return table_.join(x.group, x.range);
}

topology_db::one_change topology_db::apply(const leave_group& x) { return table_.leave(x.group); }

topology_db::one_change topology_db::apply(const add_item& x) {
  return table_.add_item(x.group, x.range, x.port);
}

topology_db::many_changes topology_db::apply(const add_items& x) {
  return table_.add_items(x.group, x.served);
}

topology_db::many_changes topology_db::apply(const set_items& x) {
  return table_.set_items(x.group, x.served);
}

topology_db::one_change topology_db::apply(const remove_item& x) {
  return table_.remove_item(x.group, x.range, x.port);
}

template <class Answer, class Call>
caf::result<Answer> topology_db::by_program(const Call& call) {
  if (is_reserved(call.group)) return caf::make_error(call_error::invalid_argument);
  const auto wanted = to_keep(call);
  if (wanted && !node_->state) return caf::make_error(call_error::no_state);
  auto made = apply(call);
  if (!made) return caf::make_error(made.error());
  const bool fallen = table_.drop_fallen(call.group);
  if (wanted) table_.keep(call.group, *wanted);
  settle(call, made->told);
  auto answer = answer_of(*made, static_cast<const Answer*>(nullptr));
  if (!wanted && !fallen) return answer;
  const auto promise = self_->make_response_promise<Answer>();
  answer_once_kept(std::move(answer), supervision::guarded_promise{promise});
  return promise;
}

template <class Answer, class Call>
caf::result<Answer> topology_db::by_node(const Call& call) {
  auto made = apply(call);
  if (!made) return caf::make_error(made.error());
  settle(call, made->told);
  return answer_of(*made, static_cast<const Answer*>(nullptr));
}

/// Tells the others of a change. A disk does not keep them waiting.
template <class Call>
void topology_db::settle(const Call& call, const row_mark& told) {
  publish();
  announce({told});
  if constexpr (std::is_same_v<Call, join_group>) {
    // Not before the join: the exchange that this begins has to speak of it.
    if (!call.peers.empty()) self_->send(node_->peer_db, contact_peers{call.peers});
  }
}

/// The keeper may end before it has answered; the next one writes what was published meanwhile.
template <class Answer>
void topology_db::answer_once_kept(Answer answer, supervision::guarded_promise<Answer> promise,
                                   int attempts) {
  self_->request(node_->keeper, caf::infinite, keep_changes{})
      .then([=](done) { promise.deliver(answer); },
            [=, this](const caf::error& why) {
              const bool refused = why.category() == caf::atom("gm");
              if (refused || attempts == 1)
                return promise.deliver(caf::make_error(call_error::not_kept));
              answer_once_kept(answer, promise, attempts - 1);
            });
}

void topology_db::announce(std::vector<row_mark> rows) {
  self_->send(node_->broadcaster, announcement{std::move(rows)});
}

caf::result<done> topology_db::merge(const arrived& what) {
  gossip_merge all{what.content};
  bool ended = false;
  if (auto failed = guarded([&] { ended = step(all); })) return failed;
  if (!ended) {
    const auto promise = self_->make_response_promise<done>();
    long_.push_back({what, std::move(all), supervision::guarded_promise{promise}});
    if (long_.size() == 1) self_->send(self_, merge_more{});
    return promise;
  }
  return self_->delegate(node_->receiver, merged{what, std::move(all.outcome())});
}

void topology_db::merge_slice() {
  auto& [what, merge, answer] = long_.front();
  bool ended = false;
  if (auto failed = guarded([&, &all = merge] { ended = step(all); })) {
    answer.deliver(std::move(failed));
    long_.pop_front();
  } else if (ended) {
    answer.delegate(node_->receiver, merged{what, std::move(merge.outcome())});
    long_.pop_front();
  }
  if (!long_.empty()) self_->send(self_, merge_more{});
}

template <class F>
caf::error topology_db::guarded(F merge) {
  auto failed = guard_arrival(*node_, arrival_step::merge, merge);
  // A failed merge may have left half of a change; what was published is whole.
  if (failed) table_ = topology_table{*published_.read()};
  return failed;
}

/// True if that was the last step of the merge.
bool topology_db::step(gossip_merge& x) {
  auto made = x.next(table_, wall_second());
  node_->counts->claims_refused += made.refused;
  if (made.impossible) note_clock_ahead(*made.impossible);
  if (made.done) note_clocks_behind(x.content());
  if (!made.own_truth.empty()) refute(std::move(made.own_truth));
  refute_later();
  if (made.done && table_.state().version != published_.read()->version) publish();
  return made.done;
}

std::chrono::seconds topology_db::wall_second() const {
  return std::chrono::floor<std::chrono::seconds>(node_->wall_clock());
}

void topology_db::note_no_double() {
  if (double_.is_over(self_->clock().now()))
    node_->log->info("no other node is at {} any more", to_string(node_->self));
}

/// A node whose clock was far ahead when it started takes an incarnation that others accept, once
/// its clock is right.
void topology_db::follow_clock() {
  const auto now = wall_second();
  table_.bound_incarnations(latest_incarnation(now));
  if (table_.drop_impossible()) publish();
  if (!table_.correct_incarnation(incarnation_at(now))) return;
  node_->log->warn("the clock was put right; this node takes part in a new incarnation");
  clock_doubted_ = false;
  publish();
  announce(marks_of_member(table_.state(), node_->self));
}

void topology_db::note_clock_ahead(const local_clock& told) {
  if (!clocks_ahead_.note(self_->clock().now())) return;
  const bool decade = told.at.incarnation > latest_incarnation(wall_second());
  node_->log->warn(
      "the clock of {} is more than {} ahead of this node's; what it says of itself is passed over "
      "until one of them is put right",
      to_string(told.member), decade ? "ten years" : "a day");
}

/// The member passes over what this node says. So both sides say that their clocks differ.
void topology_db::note_clocks_behind(const gossip& arrived) {
  if (clock_doubted_) return;
  const auto now = wall_second();
  for (const auto& rows : arrived.messages) {
    for (const auto& clock : rows.time.clocks()) {
      if (clock.member == node_->self || clock.at.incarnation == 0 ||
          !is_far_behind(clock.at.incarnation, now))
        continue;
      clock_doubted_ = true;
      return node_->log->warn(
          "the clock of {} is more than ten years behind this node's; if this one is wrong, others "
          "pass over what this node says until it is put right",
          to_string(clock.member));
    }
  }
}

void topology_db::refute(std::vector<row_mark> own_rows) {
  publish();
  const auto now = self_->clock().now();
  if (const auto times = refutations_.note(now))
    node_->log->info(
        "others held claims of this node that it never made, or of a former life; telling them "
        "what is true ({} times)",
        *times);
  announce(std::move(own_rows));
  if (double_.refuted(now))
    node_->log->warn(
        "another node is at {}, too; each of the two takes back what the other serves, until one "
        "gets another address or port",
        to_string(node_->self));
}

void topology_db::refute_later() {
  if (!table_.is_accused() || std::exchange(refutation_armed_, true)) return;
  self_->delayed_send(self_, std::chrono::seconds{1}, refutation_due{});
}

void topology_db::expire() {
  follow_clock();
  note_no_double();
  if (table_.expire(self_->clock().now(), node_->config.grace)) publish();
  self_->delayed_send(self_, std::min<duration>(expiry_period(node_->config.grace), clock_period),
                      removals_due{});
}

void topology_db::publish() {
  if (node_->state && published_.read()->incarnation != table_.state().incarnation)
    self_->send(node_->keeper, state_changed{});
  const auto* before = find_group(*published_.read(), liveness_group);
  const auto version = before ? before->version() : 0;
  published_.publish(std::make_shared<const topology>(table_.state()));
  const auto* live = find_group(table_.state(), liveness_group);
  if (node_->config.liveness && live && live->version() != version)
    self_->send(node_->failure_detector, liveness_news{});
  if (!node_->services.read()->empty()) self_->send(node_->assigner, topology_moved{});
  tell_subscribers();
}

void topology_db::tell_subscribers() {
  if (node_->subscribers.read()->empty()) return;
  self_->send(node_->subscriptions, topology_changed{published_.read()});
}

}  // namespace scalesmall
