#include "actors/messenger.hpp"

#include <algorithm>
#include <iterator>

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include "messages/group_name.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

namespace {

/// How often those who have not acknowledged are looked for.
constexpr std::chrono::milliseconds tick{100};

/// Acknowledgements of multicasts within this time go together.
constexpr std::chrono::milliseconds acknowledgement_window{2};

/// Actors that may wait for room at a time.
constexpr std::size_t callers_max = 10'000;

/// How often a plan is asked for again whose peer_db ended.
constexpr int batch_attempts_max = 5;

/// Peers whose last acknowledgement is remembered; beyond them, those of long ago are not.
constexpr std::size_t heard_max = 1'000;

bool is_in_group(const topology& t, std::string_view group) {
  const auto* mine = find_row(t, group, t.self);
  return mine && is_member(*mine);
}

bool fits_datagram(const payload& what, const frame_codec& codec) {
  if (what.application->content.size() > limits::datagram_bytes_max) return false;
  return split_for_datagrams(what, codec).has_value();
}

/// What a batch of another node takes here while it is passed on, in bytes.
std::size_t cost_of(const gossip& x) {
  constexpr std::size_t recipient_bytes = 100;
  return x.application->content.size() + sizeof(std::uint32_t) * x.application->sizes.size() +
         recipient_bytes * x.distribution_list.size();
}

/// Those of all whom a plan neither serves by TCP nor leaves out, ascending.
std::vector<net_id> hearers(std::vector<net_id> all, const peer_table::recipients& by_tcp) {
  std::vector<net_id> others = by_tcp.left_out;
  for (const auto& unit : by_tcp.units) others.insert(others.end(), unit.begin(), unit.end());
  if (by_tcp.put_back) others.push_back(*by_tcp.put_back);
  std::sort(all.begin(), all.end());
  std::sort(others.begin(), others.end());
  std::vector<net_id> rest;
  std::set_difference(all.begin(), all.end(), others.begin(), others.end(),
                      std::back_inserter(rest));
  return rest;
}

}  // namespace

messenger::messenger(supervision::shell_pointer<handle> self, node_context_ptr node)
    : self_(self),
      node_(std::move(node)),
      published_(node_->handlers),
      handlers_(*node_->handlers.read()) {
  node_->messages_out->rewind();
  self_->send(self_, outbox_filled{});
}

messenger::handle::behavior_type messenger::make_behavior() {
  return {
      [this](const handle_messages& order) -> caf::result<done> {
        if (!is_group_name(order.tag)) return caf::make_error(call_error::invalid_argument);
        handlers_.push_back(order);
        publish();
        return done{};
      },
      [this](const ignore_messages& call) {
        remove(call.who);
        return done{};
      },
      [this](send_message& what) { return accept(what); },
      [this](const arrived& what) { return take(what); },
      [this](const outbox_filled&) { fill(); },
      [this](const batches_due&) {
        ticking_ = false;
        look_after_jobs();
      },
      [this](const acknowledgements_due& due) {
        payload what;
        what.acknowledged = std::move(owed_.extract(due.to).mapped());
        self_->send(node_->broadcaster, direct{due.to, std::move(what)});
      },
  };
}

moment messenger::now() const { return self_->clock().now().time_since_epoch(); }

// -- what programs here send ------------------------------------------------------------------

caf::result<done> messenger::accept(send_message& what) {
  const bool known = find_group(*node_->topologies.read(), what.to.group) != nullptr;
  if (const auto why =
          refusal(what.to, what.content.size(), node_->config.message_bytes_max, known))
    return caf::make_error(*why);
  if (callers_.empty() && node_->messages_out->try_put(what.to, what.content)) return done{};
  if (callers_.size() >= callers_max) return caf::make_error(call_error::limit_exceeded);
  const auto promise = self_->make_response_promise<done>();
  callers_.emplace_back(std::move(what), promise);
  return promise;
}

void messenger::accept_waiting() {
  while (!callers_.empty()) {
    const auto& [what, promise] = callers_.front();
    if (!node_->messages_out->try_put(what.to, what.content)) return;
    promise.deliver(done{});
    callers_.pop_front();
  }
}

void messenger::fill() {
  const auto known = node_->topologies.read();
  while (auto next = node_->messages_out->take(known->incarnation)) {
    accept_waiting();
    const auto& batch = *next->batch;
    auto recipients = next->peers ? *next->peers : members(*known, batch.group);
    std::erase(recipients, node_->self);
    node_->counts->messages_sent += batch.sizes.size();
    payload what;
    what.application = next->batch;
    const auto key = begin({std::make_shared<const payload>(std::move(what))});
    // Others than the peers named would hear a multicast, too; and for one it is no help.
    plan(key, recipients, !next->peers && recipients.size() > 1, {});
  }
}

// -- what comes -------------------------------------------------------------------------------

caf::result<done> messenger::take(const arrived& what) {
  if (what.content->application) {
    pass_on(what);
  } else {
    heard_by_multicast(*what.content);
  }
  return done{};
}

void messenger::pass_on(const arrived& what) {
  const auto& batch = *what.content->application;
  const bool by_multicast = what.path == arrival_path::multicast;
  // A multicast is heard by others, too.
  if (by_multicast && !is_in_group(*node_->topologies.read(), batch.group)) return;
  const auto cost = cost_of(*what.content);
  if (in_hand_ >= limits::batches_in_hand_max ||
      in_hand_bytes_ + cost > limits::batches_in_hand_bytes_max) {
    ++node_->counts->batches_refused;
    return;  // not acknowledged, so it comes again
  }
  ++in_hand_;
  in_hand_bytes_ += cost;
  auto relay = relayed(*what.content);
  relay.application = std::make_shared<const application_batch>(batch);
  const auto key = begin({std::make_shared<const payload>(std::move(relay)),
                          hop{what.content->current_id, what.path, what.connection}});
  auto& x = jobs_.at(key);
  x.cost = cost;
  ++x.plans;  // so that it does not end between the two
  handle_here(x, key);
  --x.plans;
  auto rest = what.content->distribution_list;
  std::erase(rest, node_->self);
  plan(key, rest, true, what.content->current_id.origin);
}

void messenger::handle_here(job& x, job_key key) {
  const auto& batch = *x.what->application;
  if (batch.id.origin == node_->self) return;
  const batch_identity which{batch};
  if (window_.knows(which)) {
    ++node_->counts->batches_repeated;
    return;
  }
  x.handled = false;
  auto& state = with_handlers_[which];
  state.jobs.push_back(key);
  if (state.jobs.size() > 1) {
    ++node_->counts->batches_repeated;
    return;
  }
  const auto n = batch.sizes.size();
  if (!is_in_group(*node_->topologies.read(), batch.group)) {
    node_->counts->messages_unknown_group += n;
    return handled(which);
  }
  state.handlers = 1;  // this loop
  for (const auto& order : handlers_) {
    if (order.tag != batch.tag) continue;
    ++state.handlers;
    node_->counts->messages_handled += n;
    self_->request(order.who, caf::infinite, received_messages{x.what->application})
        .then([this, which] { handled(which); },
              [this, which, n, who = order.who](const caf::error& why) {
                node_->log->warn("a handler of messages ended: {}", caf::to_string(why));
                node_->counts->messages_failed += n;
                remove(who);
                handled(which);
              });
  }
  if (state.handlers == 1) node_->counts->messages_unknown_tag += n;
  handled(which);
}

void messenger::handled(const batch_identity& which) {
  const auto found = with_handlers_.find(which);
  if (found->second.handlers > 1) {
    --found->second.handlers;
    return;
  }
  window_.note(which);
  const auto jobs = std::move(found->second.jobs);
  with_handlers_.erase(found);
  for (const auto key : jobs) {
    jobs_.at(key).handled = true;
    end_if_done(key);
  }
}

void messenger::acknowledge_hop(const hop& what) {
  const auto& [sender, number] = what.id;
  if (what.path == arrival_path::tcp) {
    self_->send(what.connection, acknowledge{number});
    return;
  }
  auto& numbers = owed_[sender];
  if (numbers.empty())
    self_->delayed_send(self_, acknowledgement_window, acknowledgements_due{sender});
  if (numbers.size() < limits::acknowledged_max) numbers.push_back(number);
}

// -- passing on -------------------------------------------------------------------------------

messenger::job_key messenger::begin(job x) {
  jobs_.emplace(next_job_, std::move(x));
  if (!std::exchange(ticking_, true)) self_->delayed_send(self_, tick, batches_due{});
  return next_job_++;
}

void messenger::plan(job_key key, const std::vector<net_id>& recipients, bool multicast,
                     const std::optional<net_id>& unless_heard, int attempt) {
  if (recipients.empty()) return end_if_done(key);
  auto& x = jobs_.at(key);
  ++x.plans;
  const bool datagram =
      multicast && node_->config.multicast && fits_datagram(*x.what, node_->codec);
  plan_hops asked;
  asked.datagrams = datagram ? 1 : 0;
  asked.recipients = recipients;
  asked.unless_heard = unless_heard;
  asked.dead = peer_table::unreachable_peers::left_out;
  self_->request(node_->peer_db, caf::infinite, asked)
      .then(
          [this, key, recipients](hop_plan& plan) {
            auto& x = jobs_.at(key);
            --x.plans;
            go(x, key, plan, recipients);
            end_if_done(key);
          },
          [this, key, recipients, multicast, unless_heard, attempt](const caf::error&) {
            auto& x = jobs_.at(key);
            --x.plans;
            if (attempt < batch_attempts_max)
              return this->plan(key, recipients, multicast, unless_heard, attempt + 1);
            x.left_out += recipients.size();
            end_if_done(key);
          });
}

void messenger::go(job& x, job_key key, hop_plan& plan, const std::vector<net_id>& recipients) {
  x.ids = plan.ids;
  x.left_out += plan.by_tcp.left_out.size();
  if (plan.multicast) {
    self_->send(
        node_->multicast_handler,
        send_datagram{multicast_frame(plan.ids.first, plan.ids.seen_ids, *x.what, node_->codec)});
    x.to.await_hearers(hearers(recipients, plan.by_tcp), now());
    multicasts_[plan.ids.first.seqno] = key;
  }
  const auto& units = plan.by_tcp.units;
  const auto strangers = units.begin() + static_cast<std::ptrdiff_t>(plan.by_tcp.familiar);
  auto familiar = plan_broadcast(node_->self, {units.begin(), strangers});
  if (plan.by_tcp.put_back) familiar.push_back({*plan.by_tcp.put_back, {}});
  const auto invented = plan_broadcast(node_->self, {strangers, units.end()});  // perhaps
  x.to.serve(familiar, now());
  x.to.serve(invented, now(), hop_failures_max);
  for (const auto& to : familiar) send(x, key, to);
  for (const auto& to : invented) send(x, key, to);
}

void messenger::send(const job& x, job_key key, const assignment& to) {
  const auto acknowledged = [this, key, target = to.target](done) {
    heard_[target] = now();
    const auto found = jobs_.find(key);
    if (found == jobs_.end()) return;
    found->second.to.acknowledged(target);
    end_if_done(key);
  };
  // Other errors are not the peer's: it is sent again when it is overdue.
  const auto lost = [this, key, target = to.target](const caf::error& why) {
    if (why == call_error::unavailable) failed(key, target);
  };
  const auto hop =
      std::make_shared<const tcp_hop>(tcp_hop{x.ids.first, x.ids.seen_ids, x.what, to});
  self_->request(node_->broadcaster, caf::infinite, send_hop{hop}).then(acknowledged, lost);
}

void messenger::failed(job_key key, const net_id& target) {
  const auto found = jobs_.find(key);
  if (found == jobs_.end()) return;
  if (const auto next = found->second.to.unreachable(target, now()))
    send(found->second, key, *next);
  end_if_done(key);
}

void messenger::heard_by_multicast(const gossip& acknowledgement) {
  const auto& by = acknowledgement.current_id.origin;
  for (const auto number : acknowledgement.acknowledged) {
    const auto found = multicasts_.find(number);
    if (found == multicasts_.end()) continue;
    const auto key = found->second;
    heard_[by] = now();
    jobs_.at(key).to.acknowledged(by);
    end_if_done(key);
  }
}

void messenger::look_after_jobs() {
  std::vector<job_key> keys;
  for (const auto& [key, x] : jobs_) keys.push_back(key);
  for (const auto key : keys) {
    auto& x = jobs_.at(key);
    const auto work = x.to.overdue(now(), heard_);
    for (const auto& to : work.send) send(x, key, to);
    for (const auto& peer : work.given_up) self_->send(node_->peer_db, peer_unreachable{peer});
    if (!work.unheard.empty()) {
      plan(key, work.unheard, false, {});
    } else {
      end_if_done(key);
    }
  }
  if (heard_.size() > heard_max)
    std::erase_if(heard_,
                  [this](const auto& x) { return x.second + delivery_tracker::give_up < now(); });
  if (!jobs_.empty() && !std::exchange(ticking_, true))
    self_->delayed_send(self_, tick, batches_due{});
}

void messenger::end_if_done(job_key key) {
  const auto found = jobs_.find(key);
  const auto& x = found->second;
  if (!x.handled || x.plans > 0 || !x.to.done()) return;
  const auto& batch = *x.what->application;
  if (const auto lost = (x.to.undelivered() + x.left_out) * batch.sizes.size(); lost > 0) {
    if (node_->counts->messages_undelivered.fetch_add(lost) == 0)
      node_->log->warn("the first messages that peers could not get: {}", to_string(batch));
  }
  if (x.from) {
    --in_hand_;
    in_hand_bytes_ -= x.cost;
    acknowledge_hop(*x.from);
  } else {
    node_->messages_out->done(batch.id.seqno);
    self_->send(self_, outbox_filled{});
  }
  std::erase_if(multicasts_, [key](const auto& m) { return m.second == key; });
  jobs_.erase(found);
}

// -- handlers ---------------------------------------------------------------------------------

void messenger::remove(const message_handler_actor& who) {
  std::erase_if(handlers_, [&](const auto& x) { return x.who == who; });
  publish();
}

void messenger::publish() {
  published_.publish(std::make_shared<const std::vector<handle_messages>>(handlers_));
}

}  // namespace scalesmall
