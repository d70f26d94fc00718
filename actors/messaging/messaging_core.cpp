#include "actors/messaging/messaging_core.hpp"

#include <algorithm>
#include <bit>
#include <iterator>
#include <utility>

#include "actors/broadcast/assignments.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

namespace {

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
  const auto list = x.distribution_list.size();
  const auto copies = static_cast<std::size_t>(std::bit_width(list)) + 1;  // the frames of its hops
  return copies * x.application->content.size() +
         sizeof(std::uint32_t) * x.application->sizes.size() + recipient_bytes * list;
}

/// Those of all recipients that a plan neither serves by TCP nor leaves out, ascending.
std::vector<net_id> hearers(std::vector<net_id> all, const peer_table::recipients& by_tcp) {
  std::vector<net_id> others = by_tcp.left_out;
  for (const auto* units : {&by_tcp.familiar, &by_tcp.strangers}) {
    for (const auto& unit : *units) others.insert(others.end(), unit.begin(), unit.end());
  }
  if (by_tcp.put_back) others.push_back(*by_tcp.put_back);
  std::sort(all.begin(), all.end());
  std::sort(others.begin(), others.end());
  std::vector<net_id> rest;
  std::set_difference(all.begin(), all.end(), others.begin(), others.end(),
                      std::back_inserter(rest));
  return rest;
}

}  // namespace

messaging_core::messaging_core(messaging_settings settings, std::shared_ptr<outbox> out,
                               std::shared_ptr<counters> counts)
    : settings_(std::move(settings)), outbox_(std::move(out)), counts_(std::move(counts)) {
  outbox_->rewind();
}

void messaging_core::begin_anew() {
  const auto next = next_job_;  // former effects name former jobs
  *this = messaging_core{settings_, outbox_, counts_};
  next_job_ = next;
}

messaging_core::effects messaging_core::fill(const topology& t, time_point now) {
  while (auto next = outbox_->take(t.incarnation)) {
    const auto& batch = *next->batch;
    auto recipients = next->peers ? *next->peers : members(t, batch.group);
    // A program may name a peer twice, but a plan serves each once.
    std::ranges::sort(recipients);
    recipients.erase(std::unique(recipients.begin(), recipients.end()), recipients.end());
    std::erase(recipients, settings_.self);
    counts_->messages_sent += batch.sizes.size();
    // A multicast would tell others than the peers named, too; and to one peer it is no help.
    const bool multicast = !next->peers && recipients.size() > 1;
    payload what;
    what.application = next->batch;
    const auto key = begin({std::make_shared<const payload>(std::move(what))}, now);
    plan(key, std::move(recipients), multicast, {}, now);
  }
  return take();
}

// -- what comes -------------------------------------------------------------------------------

messaging_core::effects messaging_core::arrived(const gossip& what, arrival_path path,
                                                hop_reply reply, const topology& t, time_point now,
                                                standing who) {
  if (what.application) {
    pass_on(what, path, std::move(reply), t, now, who);
  } else {
    hear_acknowledgements(what, now);
  }
  return take();
}

void messaging_core::pass_on(const gossip& what, arrival_path path, hop_reply reply,
                             const topology& t, time_point now, standing who) {
  const auto& batch = *what.application;
  // A multicast is heard by nodes that are not in the group, too.
  if (path == arrival_path::multicast && !is_in_group(t, batch.group)) return;
  const auto cost = cost_of(what);
  if (!admit(what, cost, who)) {
    ++counts_->batches_refused;
    out_.push_back(batch_refused{what.current_id.origin});
    return;
  }
  auto relay = relayed(what);
  relay.messages.clear();  // rows that come beside a batch are not merged
  relay.application = std::make_shared<const application_batch>(batch);
  const auto key = begin({std::make_shared<const payload>(std::move(relay)),
                          origin{what.current_id, path, std::move(reply), who}},
                         now);
  auto& x = jobs_.at(key);
  x.cost = cost;
  ++x.plans;  // so that the job does not end between the two
  handle_here(x, key, t, now);
  --x.plans;
  auto rest = what.distribution_list;
  std::erase(rest, settings_.self);
  plan(key, std::move(rest), true, what.current_id.origin, now);
}

bool messaging_core::admit(const gossip& what, std::size_t cost, standing who) {
  const bool reached = who == standing::reached;
  const auto batches_max = reached ? limits::batches_in_hand_max : limits::strangers_batches_max;
  const auto bytes_max =
      reached ? limits::batches_in_hand_bytes_max : limits::strangers_batches_bytes_max;
  auto& taken = share_of(who);
  if (!fits_relay(what) || taken.batches >= batches_max ||
      (taken.batches > 0 && taken.bytes + cost > bytes_max))
    return false;
  ++taken.batches;
  taken.bytes += cost;
  return true;
}

void messaging_core::hear_acknowledgements(const gossip& what, time_point now) {
  const auto& by = what.current_id.origin;
  for (const auto number : what.acknowledged) {
    const auto found = multicasts_.find(number);
    if (found == multicasts_.end()) continue;
    const auto key = found->second;
    heard_[by] = now;
    jobs_.at(key).to.heard(by);
    end_if_done(key, now);
  }
}

// -- handlers ---------------------------------------------------------------------------------

void messaging_core::handle_here(job& x, job_key key, const topology& t, time_point now) {
  const auto& batch = x.what->application;
  if (batch->id.origin == settings_.self) return;
  const batch_identity which{*batch};
  const auto state = handling_.note(which, key);
  x.handled = state == batch_handling::state::handled;
  if (state != batch_handling::state::unknown) {
    ++counts_->batches_repeated;
  } else if (is_in_group(t, batch->group)) {
    out_.push_back(handler_call{which, batch});
  } else {
    counts_->messages_unknown_group += batch->sizes.size();
    end_handling(handling_.given(which, 0), now);
  }
}

messaging_core::effects messaging_core::given(const handler_call& call, std::size_t handlers,
                                              time_point now) {
  const auto messages = call.batch->sizes.size();
  counts_->messages_handled += handlers * messages;
  if (handlers == 0) counts_->messages_unknown_tag += messages;
  end_handling(handling_.given(call.which, handlers), now);
  return take();
}

messaging_core::effects messaging_core::handled(const batch_identity& which, time_point now) {
  end_handling(handling_.handled(which), now);
  return take();
}

void messaging_core::end_handling(const std::vector<job_key>& jobs, time_point now) {
  for (const auto key : jobs) {
    jobs_.at(key).handled = true;
    end_if_done(key, now);
  }
}

// -- passing on -------------------------------------------------------------------------------

job_key messaging_core::begin(job x, time_point now) {
  jobs_.emplace(next_job_, std::move(x));
  if (!next_tick_) next_tick_ = now + tick;
  return next_job_++;
}

void messaging_core::plan(job_key key, std::vector<net_id> recipients, bool multicast,
                          const std::optional<net_id>& unless_heard, time_point now) {
  if (recipients.empty()) return end_if_done(key, now);
  auto& x = jobs_.at(key);
  ++x.plans;
  const bool datagram = multicast && settings_.multicast && fits_datagram(*x.what, settings_.codec);
  plan_hops asked;
  asked.datagrams = datagram ? 1 : 0;
  asked.recipients = std::move(recipients);
  asked.unless_heard = unless_heard;
  asked.dead = peer_table::unreachable_peers::left_out;
  out_.push_back(plan_wanted{key, std::move(asked)});
}

messaging_core::effects messaging_core::planned(const plan_wanted& asked, const hop_plan& plan,
                                                time_point now) {
  const auto found = jobs_.find(asked.job);
  if (found == jobs_.end()) return {};
  auto& x = found->second;
  --x.plans;
  x.ids = plan.ids;
  x.left_out += plan.by_tcp.left_out.size();
  if (plan.multicast) {
    out_.push_back(datagram_of(plan.ids.first, plan.ids.seen_ids, *x.what, settings_.codec));
    x.to.await_hearers(hearers(*asked.what.recipients, plan.by_tcp), now);
    multicasts_[plan.ids.first.seqno] = asked.job;
  }
  const auto [familiar, strangers] = assign(settings_.self, plan.by_tcp);
  x.to.serve(familiar, now);
  x.to.serve(strangers, now, hop_failures_max);
  for (const auto* some : {&familiar, &strangers}) {
    for (const auto& to : *some) send(x, asked.job, to);
  }
  end_if_done(asked.job, now);
  return take();
}

messaging_core::effects messaging_core::not_planned(plan_wanted asked, time_point now) {
  const auto found = jobs_.find(asked.job);
  if (found == jobs_.end()) return {};
  if (++asked.attempt <= plan_attempts_max) return {std::move(asked)};
  auto& x = found->second;
  --x.plans;
  x.left_out += asked.what.recipients->size();
  end_if_done(asked.job, now);
  return take();
}

void messaging_core::send(const job& x, job_key key, const assignment& to) {
  out_.push_back(batch_hop{
      key, std::make_shared<const tcp_hop>(tcp_hop{x.ids.first, x.ids.seen_ids, x.what, to})});
}

messaging_core::effects messaging_core::acknowledged(job_key job, const net_id& by,
                                                     time_point now) {
  heard_[by] = now;
  const auto found = jobs_.find(job);
  if (found == jobs_.end()) return {};
  found->second.to.acknowledged(by);
  end_if_done(job, now);
  return take();
}

messaging_core::effects messaging_core::unreachable(job_key job, const net_id& target,
                                                    time_point now) {
  const auto found = jobs_.find(job);
  if (found == jobs_.end()) return {};
  if (const auto next = found->second.to.unreachable(target, now)) send(found->second, job, *next);
  end_if_done(job, now);
  return take();
}

// -- time -------------------------------------------------------------------------------------

messaging_core::effects messaging_core::due(time_point now) {
  if (next_tick_ && *next_tick_ <= now) look_after_jobs(now);
  for (auto& [to, numbers] : owed_.due(now)) {
    payload what;
    what.acknowledged = std::move(numbers);
    out_.push_back(direct{to, std::move(what)});
  }
  return take();
}

std::optional<time_point> messaging_core::next_due() const {
  const auto owed = owed_.next_due();
  if (next_tick_ && owed) return std::min(*next_tick_, *owed);
  return owed ? owed : next_tick_;
}

void messaging_core::look_after_jobs(time_point now) {
  std::vector<job_key> keys;
  for (const auto& [key, x] : jobs_) keys.push_back(key);
  for (const auto key : keys) {
    auto& x = jobs_.at(key);
    auto work = x.to.overdue(now, heard_);
    for (const auto& to : work.send) send(x, key, to);
    for (const auto& peer : work.given_up) out_.push_back(peer_given_up{peer});
    plan(key, std::move(work.unheard), false, {}, now);
  }
  if (heard_.size() > heard_max)
    std::erase_if(heard_,
                  [now](const auto& x) { return x.second + delivery_tracker::give_up < now; });
  next_tick_ = jobs_.empty() ? std::nullopt : std::optional{now + tick};
}

void messaging_core::end_if_done(job_key key, time_point now) {
  const auto found = jobs_.find(key);
  auto& x = found->second;
  if (!x.handled || x.plans > 0 || !x.to.done()) return;
  close(x, now);
  std::erase_if(multicasts_, [key](const auto& m) { return m.second == key; });
  jobs_.erase(found);
}

void messaging_core::close(job& x, time_point now) {
  const auto& batch = x.what->application;
  if (const auto lost = (x.to.undelivered() + x.left_out) * batch->sizes.size(); lost > 0)
    out_.push_back(messages_lost{batch, lost});
  if (!x.from) {
    outbox_->finish(batch->id.seqno);
    out_.push_back(outbox_due{});
    return;
  }
  auto& taken = share_of(x.from->who);
  --taken.batches;
  taken.bytes -= x.cost;
  const auto& [sender, number] = x.from->id;
  if (x.from->path == arrival_path::tcp) {
    out_.push_back(reply_due{std::move(x.from->reply), number});
  } else if (x.from->who != standing::elsewhere) {
    owed_.note(sender, number, now);
  }
}

}  // namespace scalesmall
