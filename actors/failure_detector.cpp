#include "actors/failure_detector.hpp"

#include <memory>
#include <scalesmall/supervision/guarded_promise.hpp>
#include <string>
#include <utility>

#include "actors/broadcaster_messages.hpp"
#include "actors/liveness/reachability.hpp"
#include "actors/liveness/signs_of_life.hpp"
#include "actors/peer_db_messages.hpp"
#include "actors/sleep_clock.hpp"
#include "actors/topology_db_messages.hpp"

namespace scalesmall {

namespace {

add_item claim_of(const liveness_core::claim& x) {
  return {std::string{liveness_group}, {x.key, x.key}, x.port};
}

}  // namespace

failure_detector::failure_detector(supervision::shell_pointer<handle> self, node_context_ptr node)
    : self_(self),
      node_(std::move(node)),
      published_(node_->reachability),
      core_({node_->self, {node_->config.unreachable_after}}, self_->clock().now(),
            rng{node_->random_seed + 4}) {
  act_on_due();
}

failure_detector::handle::behavior_type failure_detector::make_behavior() {
  return {
      [this](const signs_due&) {
        take_signs();
        arm();
      },
      [this](const link_ended& what) {
        take_signs();  // in the order of time
        what.refused ? core_.refused(what.peer, now()) : core_.disconnected(what.peer, now());
        arm();
      },
      [this](const liveness_news&) { act_on_due(); },
      [this](const wellness& x) {
        core_.set_well(x.well);
        act_on_due();
      },
      [this](const retire& what) { return say_farewell(what.how); },
      [this](const watch_due&) {
        if (alarm_.rang(now())) act_on_due();
      },
  };
}

time_point failure_detector::now() const { return self_->clock().now(); }

template <class Call>
void failure_detector::call(const Call& what) {
  // The core sees in the rows what has come of it.
  self_->request(node_->topology_db, caf::infinite, own_call<Call>{what})
      .then([](const timed_item&) {}, [](const caf::error&) {});
}

caf::result<done> failure_detector::say_farewell(liveness_core::farewell how) {
  core_.retire(how);
  const auto todo = core_.due(*node_->topologies.read(), now(), sleep_clock(now()));
  if (todo.add.empty()) return done{};
  const auto promise = self_->make_response_promise<done>();
  const supervision::guarded_promise<done> answer{promise};
  // In their order: the answer to the last one is the answer to all.
  const auto last = todo.add.size() - 1;
  for (std::size_t i = 0; i < last; ++i) call(claim_of(todo.add[i]));
  self_->request(node_->topology_db, caf::infinite, own_call<add_item>{claim_of(todo.add[last])})
      .then([answer](const timed_item&) { answer.deliver(done{}); },
            [answer](const caf::error& why) { answer.deliver(why); });
  return promise;
}

void failure_detector::take_signs() {
  for (const auto& x : node_->signs->take()) {
    if (x.heard_at) core_.heard(x.from, *x.heard_at);
    if (x.answered_at) core_.answered(x.from, *x.answered_at);
  }
}

void failure_detector::act_on_due() {
  take_signs();
  const auto absences = core_.absences();
  const auto ignored = core_.ignored();
  auto todo = core_.due(*node_->topologies.read(), now(), sleep_clock(now()));
  node_->counts->absences += core_.absences() - absences;
  node_->counts->statements_ignored += core_.ignored() - ignored;
  node_->counts->probes_sent += todo.probes.size();
  node_->counts->statements_made += todo.add.size();
  if (todo.join) call(join_group{std::string{liveness_group}, {}, whole_range});
  for (const auto& x : todo.add) call(claim_of(x));
  for (const auto& [key, port] : todo.remove)
    call(remove_item{std::string{liveness_group}, {key, key}, port});
  node_->signs->expect(core_.expected());
  if (!todo.probes.empty()) self_->send(node_->broadcaster, send_probes{std::move(todo.probes)});
  if (todo.judged || core_.is_isolated(now()) != published_.read()->isolated ||
      !std::exchange(told_, true))
    publish();
  arm();
}

void failure_detector::publish() {
  const auto former = published_.read();
  auto next = std::make_shared<const reachability_table>(
      table_of(core_.standing(), core_.is_isolated(now()), *former, now()));
  const auto changes = changes_between(*former, *next);
  node_->counts->verdicts_changed += changes.unreachable.size() + changes.reachable.size();
  for (const auto& x : changes.unreachable) {
    node_->log->info("{} is unreachable: {}, stated by {} of its watchers", to_string(x.member),
                     to_string(x.why), x.stated_by.size());
    if (x.member != node_->self) self_->send(node_->peer_db, peer_unreachable{x.member});
  }
  for (const auto& member : changes.reachable)
    node_->log->info("{} is reachable again", to_string(member));
  if (next->isolated != former->isolated) {
    next->isolated ? node_->log->warn("this node hears nobody of those that it should hear")
                   : node_->log->info("this node hears others again");
  }
  auto hidden = unreachable_of(core_.standing());
  std::erase(hidden, node_->self);
  self_->send(node_->topology_db, hide_members{std::move(hidden)});
  published_.publish(std::move(next));
}

void failure_detector::arm() {
  if (const auto wait = alarm_.set(core_.next_due(), now()))
    self_->delayed_send(self_, *wait, watch_due{});
}

}  // namespace scalesmall
