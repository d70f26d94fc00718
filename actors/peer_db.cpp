#include "actors/peer_db.hpp"

#include <algorithm>
#include <scalesmall/network.hpp>
#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include "actors/arrival_guard.hpp"
#include "actors/arrived.hpp"
#include "actors/broadcaster_messages.hpp"
#include "actors/keeper_messages.hpp"
#include "actors/peers/agreed_members.hpp"
#include "actors/topology/anti_entropy.hpp"
#include "actors/topology_db_messages.hpp"
#include "messages/group_name.hpp"

namespace scalesmall {

namespace {

/// Exchanges begin each second.
constexpr std::chrono::seconds asleep_from{10};

time_point now_of(const caf::local_actor* self) { return self->clock().now(); }

}  // namespace

peer_db::peer_db(supervision::shell_pointer<handle> self, node_context_ptr node)
    : self_(self),
      node_(std::move(node)),
      peers_(node_->peers),
      next_seqno_(node_->next_seqno),
      seeds_(node_->seeds),
      table_(remembered()),
      last_turn_(now_of(self)) {
  publish_peers();
  exchange_with_due();
  for (const auto name : names_.use(seeds_.read()->names).added) begin_look_up(name);
}

peer_db::handle::behavior_type peer_db::make_behavior() {
  return {
      [this](const note_gossip& arrived) { take(arrived); },
      [this](const contact_peers& named) {
        table_.contact(named.peers, now());
        publish_peers();
        exchange_with_due();
      },
      [this](const peer_unreachable& lost) {
        table_.unreachable(lost.peer, now());
        arm();
      },
      [this](const peer_reached& found) {
        table_.reached(found.peer, now());
        publish_peers();
        arm();
      },
      [this](const peers_due&) {
        if (alarm_.rang(now())) exchange_with_due();
      },
      [this](const await_ready& call) { return await(call); },
      [this](const ready_due&) {
        if (readiness_alarm_.rang(now())) look_for_readiness();
      },
      [this](const look_up& due) { begin_look_up(due.name); },
      [this](const name_found& found) { take_addresses(found); },
      [this](const use_seeds& x) {
        use(x.seeds);
        return done{};
      },
      [this](const plan_hops& what) {
        note_doubtful();
        auto made = plan(table_, what, now());
        publish_seqno();
        return made;
      },
      [this](const plan_direct& what) {
        auto ids = plan(table_, what, now());
        publish_seqno();
        return ids;
      },
  };
}

time_point peer_db::now() const { return now_of(self_); }

/// The table of an actor that begins.
peer_table peer_db::remembered() const {
  peer_table x{node_->self, *peers_.read(),          *next_seqno_.read(),
               now(),       rng{node_->random_seed}, node_->config.forget};
  x.contact(node_->seeds.read()->peers, now(), peer_table::contact_as::seed);
  x.call_on(node_->former_peers, now());
  return x;
}

void peer_db::take(const note_gossip& arrived) {
  if (!guard_arrival(*node_, arrival_step::note, [&] { note(arrived); })) return;
  table_ = remembered();
  reachability_.reset();
  published_version_ = 0;
  publish_peers();
  exchange_with_due();
  if (arrived.connection) self_->send(arrived.connection, arrival_failed{});
}

void peer_db::note_doubtful() {
  auto newest = node_->reachability.read();
  if (newest == reachability_) return;
  reachability_ = std::move(newest);
  std::vector<net_id> doubtful;
  for (const auto& x : reachability_->members) doubtful.push_back(x.member);
  table_.doubt(std::move(doubtful));
}

void peer_db::note(const note_gossip& arrived) {
  const auto& content = *arrived.content;
  std::vector<net_id> agreed;
  if (arrived.agreed && content.summary && !content.silent.empty())
    agreed = agreed_members(*node_->topologies.read(), *content.summary);
  const auto asks = table_.note(content, arrived.path, now(), agreed);
  publish_peers();
  if (content.summary && !readiness_.heard(content.current_id.origin, *content.summary) &&
      content.summary->stage == exchange::answer)
    table_.answered();
  look_for_readiness();
  if (asks.exchange) exchange_with({content.current_id.origin});
  if (asks.report) self_->send(node_->broadcaster, report_hearing{});
  if (!asks.revived.empty()) self_->send(node_->topology_db, readmit_members{asks.revived});
  if (!asks.long_dead.empty()) self_->send(node_->topology_db, forget_members{asks.long_dead});
}

void peer_db::exchange_with_due() {
  // The process was stopped for a while, so it could not hear of anybody.
  if (const auto slept = now() - std::exchange(last_turn_, now()); slept > asleep_from)
    table_.slept(slept);
  if (auto dead = table_.forget(now()); !dead.empty()) {
    node_->log->info("{} peers forgotten that nobody has heard of for long", dead.size());
    self_->send(node_->topology_db, forget_members{std::move(dead)});
    publish_peers();
  }
  for (auto left = table_.reports_due(now()); left > 0; --left)
    self_->send(node_->broadcaster, report_hearing{});
  if (const auto due = table_.due(now()); !due.empty()) exchange_with(due);
  arm();
}

caf::result<done> peer_db::await(const await_ready& call) {
  if (!is_group_name(call.group) || is_reserved(call.group))
    return caf::make_error(call_error::invalid_argument);
  const auto promise = self_->make_response_promise<done>();
  awaiting_ready_.emplace(readiness_.await(call.group, call.until, now()),
                          supervision::guarded_promise{promise});
  look_for_readiness();
  return promise;
}

void peer_db::look_for_readiness() {
  if (readiness_.empty()) return;
  const auto known = node_->topologies.read();
  const readiness::seeds seeds{table_.seeds(), names_.all_found()};
  for (const auto& end : readiness_.take_ended(*known, seeds, now())) {
    const auto asked = awaiting_ready_.extract(end.of);
    end.ready ? asked.mapped().deliver(done{})
              : asked.mapped().deliver(caf::make_error(call_error::timeout));
  }
  for (const auto& x : readiness_.due(seeds, now())) {
    digest wanted{exchange::request, {clocks_wanted(*known, x.group)}};
    self_->send(node_->broadcaster, direct{x.seed, {{}, {}, std::move(wanted)}});
  }
  if (const auto wait = readiness_alarm_.set(readiness_.next_due(), now()))
    self_->delayed_send(self_, *wait, ready_due{});
}

void peer_db::arm() {
  if (const auto wait = alarm_.set(table_.next_due(), now()))
    self_->delayed_send(self_, *wait, peers_due{});
}

void peer_db::exchange_with(const std::vector<net_id>& partners) {
  begin_exchange with{plan_exchanges(table_, partners, now())};
  publish_seqno();
  self_->send(node_->broadcaster, std::move(with));
}

void peer_db::use(const seed_list& seeds) {
  const auto without = [](std::vector<net_id> from, const std::vector<net_id>& others) {
    std::erase_if(from,
                  [&](const net_id& x) { return std::ranges::find(others, x) != others.end(); });
    return from;
  };
  const auto before = seeds_.read();
  seeds_.publish(std::make_shared<const seed_list>(seeds));
  table_.drop_seeds(without(before->peers, seeds.peers));
  table_.contact(without(seeds.peers, before->peers), now(), peer_table::contact_as::seed);
  const auto change = names_.use(seeds.names);
  for (const auto name : change.gone) table_.name_has(name, {}, now());
  for (const auto name : change.added) begin_look_up(name);
  publish_peers();
  look_for_readiness();
  exchange_with_due();
}

void peer_db::begin_look_up(named_seeds::number name) {
  const auto* seed = names_.find(name);
  if (seed == nullptr) return;
  const auto& [host, port] = *seed;
  try {
    node_->net->resolve(host, port, [name, owner = handle{self_}.address()](auto addresses) {
      const auto alive = caf::actor_cast<handle>(caf::actor_cast<caf::strong_actor_ptr>(owner));
      if (alive) caf::anon_send(alive, name_found{name, std::move(addresses)});
    });
  } catch (const std::exception& why) {
    node_->log->warn("the peer \"{}\" cannot be looked up for the moment: {}", host, why.what());
    self_->delayed_send(self_, names_.next_wait(name), look_up{name});
  }
}

void peer_db::take_addresses(const name_found& found) {
  const auto& [name, addresses] = found;
  const auto* seed = names_.find(name);
  if (seed == nullptr) return;  // a seed no longer
  const auto wait = names_.next_wait(name);
  const auto& host = seed->host;
  if (addresses.empty()) {
    node_->log->warn("no address is known of the peer \"{}\", next try in {} s", host,
                     wait.count());
  }
  auto reachable = addresses;
  std::erase_if(reachable, [this](const net_id& id) { return !may_reach_back(id); });
  if (reachable.size() < addresses.size()) {
    node_->log->warn(
        "the peer \"{}\" is beyond loopback and could not reach this node at {}: start it with "
        "--address",
        host, to_string(node_->self));
  }
  // A name service that fails for a moment takes nothing back.
  if (!addresses.empty()) {
    table_.name_has(name, reachable, now());
    names_.found(name);
  }
  publish_peers();
  look_for_readiness();
  exchange_with_due();
  self_->delayed_send(self_, wait, look_up{name});
}

/// A node on loopback is another node, of its own machine, to peers elsewhere.
bool peer_db::may_reach_back(const net_id& peer) const {
  return !node_->self.address.is_loopback() || peer.address.is_loopback();
}

void peer_db::publish_peers() {
  if (published_version_ == table_.memory_version()) return;
  published_version_ = table_.memory_version();
  peers_.publish(std::make_shared<const peer_memory>(table_.memory()));
  if (node_->state) self_->send(node_->keeper, peers_changed{});
}

void peer_db::publish_seqno() {
  next_seqno_.publish(std::make_shared<const std::uint64_t>(table_.next_seqno()));
}

}  // namespace scalesmall
