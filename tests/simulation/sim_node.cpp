#include "tests/simulation/sim_node.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "actors/topology/anti_entropy.hpp"
#include "actors/topology/incarnation_bound.hpp"
#include "messages/limits.hpp"

namespace scalesmall::simulation {

namespace {

/// How often removals are looked through, as topology_db has it.
moment expiry_period(const node_settings& settings) {
  return std::clamp<moment>(settings.grace / 10, std::chrono::milliseconds{10},
                            std::chrono::seconds{10});
}

}  // namespace

sim_node::sim_node(node_memory memory, node_settings settings, std::uint64_t seed, wire& net,
                   moment now)
    : settings_(std::move(settings)),
      net_(&net),
      topology_(std::move(memory.groups)),
      peers_(topology_.state().self, memory.peers, memory.next_seqno, now, rng{seed},
             settings_.forget),
      newcomers_(now),
      held_(rng{seed + 2}),
      batch_(settings_.announcement_window),
      random_(seed + 1),
      next_expiry_(now + expiry_period(settings_)) {
  peers_.contact(settings_.seeds, now, peer_table::contact_as::seed);
  batch_.add(all_rows_of(state(), state().self));
  batch_.ready_at() ? flush_if_ready(now) : start({{}, std::vector<net_id>{}, true, {}}, 0, now);
  exchange_with_due(now);
}

sim_node::outcome sim_node::join(const std::string& group, moment now) {
  return announce_change(topology_.join(group), now);
}

sim_node::outcome sim_node::leave(const std::string& group, moment now) {
  return announce_change(topology_.leave(group), now);
}

sim_node::outcome sim_node::add_item(const std::string& group, key_range range, std::uint16_t port,
                                     moment now) {
  return announce_change(topology_.add_item(group, range, port), now);
}

sim_node::outcome sim_node::remove_item(const std::string& group, key_range range,
                                        std::uint16_t port, moment now) {
  return announce_change(topology_.remove_item(group, range, port), now);
}

sim_node::outcome sim_node::announce_change(outcome made, moment now) {
  if (made) announce({made->row}, now);
  return made;
}

void sim_node::arrive(const gossip& arrived, arrival_path path, unsigned round, moment now) {
  const auto& sender = arrived.current_id.origin;
  newcomers_.note(arrived, path, peers_.knows(sender), now);
  const bool request = arrived.summary && arrived.summary->stage == exchange::request;
  if (request && !limiter_.allow(sender, now)) return;
  const auto asks = peers_.note(arrived, path, now);
  if (asks.exchange) begin_exchange({sender}, now);
  if (asks.report) report();
  topology_.forget(asks.long_dead);
  if (!arrived.summary) held_.heard(arrived.messages);
  const bool by_hop = path == arrival_path::tcp && is_acknowledged(arrived);
  const auto asked =
      by_hop ? served_.note(arrived) : seen_broadcasts::task{false, arrived.distribution_list};
  const auto outcome = merge(arrived, now);
  for (const auto& effect : decide(arrived, path, asked, outcome.news, outcome.gaps,
                                   newcomers_.to_announce(), state())) {
    if (const auto* onward = std::get_if<broadcast>(&effect)) start(*onward, round, now);
    if (const auto* late = std::get_if<exchanged>(&effect)) held_.hold(late->rows, now);
    if (const auto* told = std::get_if<announcement>(&effect)) {
      held_.heard(told->rows);
      announce(told->rows, now);
    }
    if (const auto* answer = std::get_if<direct>(&effect)) start_direct(*answer, now);
  }
}

sim_node::merged sim_node::merge(const gossip& arrived, moment now) {
  merged all;
  const auto today = std::chrono::floor<std::chrono::seconds>(now + settings_.clock_ahead);
  topology_.bound_incarnations(latest_incarnation(today));
  std::vector<message> own_truth;
  for (const auto& rows : arrived.messages) {
    auto done = topology_.apply(rows);
    if (!done.news.time.empty()) all.news.push_back(std::move(done.news));
    if (!done.own_truth.empty()) own_truth = std::move(done.own_truth);
    if (!done.gap.empty())
      all.gaps.push_back({rows.group_name, std::move(done.gap), digest_scope::part});
  }
  if (!own_truth.empty()) announce(own_truth, now);
  return all;
}

void sim_node::reached(const net_id& peer) { peers_.reached(peer); }

void sim_node::failed(const stream_message& what, moment now) {
  peers_.unreachable(what.hop->to.target, now);
  exchange_with_due(now);
  if (!what.flight || !flights_.end(*what.flight)) return;  // another has been asked already
  if (auto next = hand_over(*what.hop)) serve(std::move(next), what.round + 1, now);
}

void sim_node::acknowledged(pending_hops::key which, moment now) {
  flights_.acknowledged(which, now);
}

void sim_node::serve(std::shared_ptr<const tcp_hop> hop, unsigned round, moment now) {
  const auto flight = flights_.begin(hop, now);
  net_->send({std::move(hop), round, flight});
}

void sim_node::reroute_overdue(moment now) {
  for (const auto& [hop, passed, unreachable] : flights_.overdue(now)) {
    if (unreachable) peers_.unreachable(hop->to.target, now);
    if (!passed) continue;
    auto next = reroute(*hop);
    if (next.empty()) continue;
    for (auto& x : next) serve(std::move(x), 0, now);
    if (auto around = detour(*hop, flights_.last_heard())) net_->send({std::move(around)});
  }
}

void sim_node::wake(moment now) {
  if (now >= next_expiry_) {
    next_expiry_ = now + expiry_period(settings_);
    topology_.expire(now, settings_.grace);
  }
  if (auto rows = held_.take(now, state()); !rows.empty()) announce(rows, now);
  flush_if_ready(now);
  reroute_overdue(now);
  if (now >= peers_.next_due()) exchange_with_due(now);
}

moment sim_node::next_wake() const {
  const auto next = std::min(peers_.next_due(), next_expiry_);
  return std::min({next, batch_.ready_at().value_or(next), flights_.next_due().value_or(next),
                   held_.next_due().value_or(next)});
}

node_memory sim_node::memory() const { return {state(), peers_.memory(), peers_.next_seqno()}; }

void sim_node::announce(const std::vector<message>& rows, moment now) {
  batch_.add(rows);
  flush_if_ready(now);
}

void sim_node::flush_if_ready(moment now) {
  const auto ready = batch_.ready_at();
  if (!ready || *ready > now) return;
  auto rows = batch_.take(now, state());
  if (!rows.empty()) start({{{}, std::move(rows), {}}, {}, true, {}}, 0, now);
}

void sim_node::exchange_with_due(moment now) {
  topology_.forget(peers_.forget(now));
  for (auto left = peers_.reports_due(now); left > 0; --left) report();
  if (const auto due = peers_.due(now); !due.empty()) begin_exchange(due, now);
}

void sim_node::begin_exchange(const std::vector<net_id>& with, moment now) {
  const auto mine = request_digest(state(), random_);
  for (const auto& peer : with) start_direct({peer, {{}, {}, mine}}, now);
}

void sim_node::report() {
  if (!settings_.multicast) return;
  const auto ids = peers_.take_ids(1, true, peer_table::seen_ids_per_report);
  send_multicast(ids, {payload{}}, 0);
}

void sim_node::start(const broadcast& what, unsigned round, moment now) {
  std::vector<payload> datagrams;
  if (what.multicast && settings_.multicast) {
    if (auto pieces = split_for_datagrams(what.what, codec_)) datagrams = std::move(*pieces);
  }
  if (datagrams.empty() && what.recipients && what.recipients->empty()) return;
  const bool heard = what.unless_heard && peers_.hears(*what.unless_heard);
  const bool multicast = !datagrams.empty() && !heard;
  const auto frames = split_for_stream(what.what);
  const auto numbers = multicast ? datagrams.size() : frames.size();
  const auto ids = peers_.take_ids(numbers, multicast, peer_table::seen_ids_per_broadcast);
  auto by_tcp = peers_.serve_by_tcp(what.recipients, multicast, now);
  if (multicast) send_multicast(ids, datagrams, round);

  const auto& self = topology_.state().self;
  const auto& units = by_tcp.units;
  const auto strangers = units.begin() + static_cast<std::ptrdiff_t>(by_tcp.familiar);
  auto assignments = plan_broadcast(self, {units.begin(), strangers});
  std::ranges::move(plan_broadcast(self, {strangers, units.end()}),
                    std::back_inserter(assignments));
  if (by_tcp.put_back) assignments.push_back({*by_tcp.put_back, {}});
  unsigned sent = 0;
  for (auto& hop : hops_of(frames, ids.first, numbers, ids.seen_ids, assignments, what.tries))
    serve(std::move(hop), round + 1 + sent++ % static_cast<unsigned>(assignments.size()), now);
}

void sim_node::start_direct(const direct& what, moment now) {
  auto pieces = split_for_stream(what.what);
  const auto ids =
      peers_.take_ids(pieces.size(), false, peer_table::seen_ids_per_report, what.peer);
  const auto silent = what.what.messages.empty() ? std::vector<silence>{} : peers_.silent(now);
  auto id = ids.first;
  for (auto& piece : pieces) {
    piece.silent = silent_among(silent, piece);
    const auto& seen = id == ids.first ? ids.seen_ids : std::vector<broadcast_id>{};
    net_->send({std::make_shared<const tcp_hop>(
        tcp_hop{id, seen, std::make_shared<const payload>(std::move(piece)), {what.peer, {}}})});
    ++id.seqno;
  }
}

void sim_node::send_multicast(const peer_table::hop_ids& ids, const std::vector<payload>& datagrams,
                              unsigned round) {
  auto id = ids.first;
  for (const auto& piece : datagrams) {
    auto seen = id == ids.first ? ids.seen_ids : std::vector<broadcast_id>{};
    while (!seen.empty() &&
           multicast_frame(id, seen, piece, codec_).size() > limits::datagram_bytes_max)
      seen.resize(seen.size() / 2);
    net_->multicast(gossip_of({id, seen, std::make_shared<const payload>(piece), {}}), round + 1);
    ++id.seqno;
  }
}

}  // namespace scalesmall::simulation
