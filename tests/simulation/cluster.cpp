#include "tests/simulation/cluster.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

#include "actors/topology/interest.hpp"
#include "messages/application_batch.hpp"
#include "messages/codec/codec.hpp"

namespace scalesmall::simulation {

namespace {

/// A node has this long for an answer to its attempt to connect; node_config's default.
constexpr std::chrono::seconds connect_timeout{2};

constexpr std::uint16_t port_of_all = 29'999;

}  // namespace

cluster::cluster(const cluster_settings& settings)
    : settings_(settings),
      random_(settings.seed),
      network_(settings.nodes),
      hosts_(settings.nodes) {
  if (!watches() || !settings.apart) return;
  // Ticks are multiples of a period on the steady clock of a host, and hosts differ.
  rng phases{settings.seed + 1};
  const auto period = static_cast<std::uint64_t>(settings.watching->period().count());
  for (auto& x : hosts_) x.asleep = -duration{phases.below(period)};
}

net_id cluster::id_of(std::size_t node) const {
  const auto byte = [node](int shift) { return static_cast<std::uint8_t>(node >> shift); };
  return {ip_address::v4(10, byte(16), byte(8), byte(0)), port_of_all};
}

std::size_t cluster::number_of(const net_id& id) const { return id.address.low() & 0xffffffU; }

bool cluster::run_until(const std::function<bool()>& condition, duration limit, duration step) {
  const auto end = now() + limit;
  while (!condition()) {
    if (now() >= end) return false;
    run(step);
  }
  return true;
}

void cluster::start(std::size_t node, std::vector<std::size_t> seeds) {
  hosts_[node].accepted = {};
  resume(node, node_memory::fresh(id_of(node), wall_clock(node)), std::move(seeds));
}

void cluster::resume(std::size_t node, node_memory memory, std::vector<std::size_t> seeds) {
  crash(node);
  node_settings settings{.multicast = settings_.multicast,
                         .grace = settings_.grace,
                         .forget = settings_.forget[node % settings_.forget.size()],
                         .counts = counts_,
                         .watching = settings_.watching,
                         .rings = rings_,
                         .clock_ahead = wall_clock(node) - clock(node).time_since_epoch()};
  for (const auto seed : seeds) settings.seeds.push_back(id_of(seed));
  auto& x = hosts_[node];
  // Its first messages leave before the constructor is through; none comes back as early.
  x.process = std::make_unique<sim_node>(std::move(memory), std::move(settings), random_.next(),
                                         static_cast<wire&>(*this), clock(node));
  arm(node);
}

void cluster::crash(std::size_t node) {
  auto& x = hosts_[node];
  x.process.reset();
  ++x.life;
  x.stalled = false;
  x.inbox.clear();
  x.armed_for.reset();
}

void cluster::kill(std::size_t node) {
  crash(node);
  for (std::size_t other = 0; other < size(); ++other) {
    if (other == node || !running(other) || !network_.connects(node, other)) continue;
    in_life_of(present(other), now() + network_.delay(random_), [this, node, other] {
      running(other)->disconnected(id_of(node), clock(other));
      arm(other);
    });
  }
}

void cluster::silence(std::size_t node) {
  crash(node);
  network_.set_side(node, 1'000'000 + static_cast<unsigned>(node));
}

void cluster::sleep(std::size_t node, duration time) {
  if (!running(node)) return;
  set_stalled(node, true);
  const auto whose = present(node);
  at(now() + time, [this, whose, time] {
    if (hosts_[whose.node].life != whose.life) return;
    hosts_[whose.node].asleep += time;
    running(whose.node)->slept(time);
    set_stalled(whose.node, false);
    arm(whose.node);
  });
}

std::vector<std::size_t> cluster::unreachable_at(std::size_t node) const {
  std::vector<std::size_t> found;
  const auto* x = this->node(node).liveness();
  for (const auto& id : x ? unreachable_of(x->standing()) : std::vector<net_id>{})
    found.push_back(number_of(id));
  return found;
}

void cluster::lie(std::size_t node, const statement& what) {
  if (!running(node)) return;
  running(node)->lie();
  (void)change(node, [&](topology_table& t) {
    return t.add_item(std::string{liveness_group}, {what.key, what.key}, port_of(what));
  });
}

void cluster::set_well(std::size_t node, bool yes) {
  if (!running(node)) return;
  running(node)->set_well(yes, clock(node));
  arm(node);
}

void cluster::restart_actors(std::size_t node) { resume(node, this->node(node).memory()); }

void cluster::set_stalled(std::size_t node, bool stalled) {
  auto& x = hosts_[node];
  x.stalled = stalled && x.process;
  if (x.stalled) return;
  for (const auto& missed : std::exchange(x.inbox, {})) missed();
}

const sim_node& cluster::node(std::size_t node) const {
  if (!hosts_[node].process) throw std::out_of_range{"a node that is down"};
  return *hosts_[node].process;
}

void cluster::tell(std::size_t node, gossip what) {
  if (running(node))
    arrive(node, std::make_shared<const gossip>(std::move(what)), arrival_path::tcp, 0,
           [](std::uint64_t) {});
}

void cluster::exchange_all() {
  for (std::size_t node = 0; node < size(); ++node) {
    std::vector<net_id> others;
    for (std::size_t other = 0; other < size(); ++other) {
      if (other != node && running(other)) others.push_back(id_of(other));
    }
    if (running(node)) running(node)->exchange_with_all(others, clock(node));
  }
}

bool cluster::change(std::size_t node, const auto& call) {
  auto* x = running(node);
  if (!x || !x->change(call, clock(node))) return false;
  arm(node);
  return true;
}

bool cluster::join(std::size_t node, const std::string& group, key_range range) {
  if (!change(node, [&](topology_table& t) { return t.join(group, range); })) return false;
  hosts_[node].accepted.joined(group, range);
  return true;
}

bool cluster::leave(std::size_t node, const std::string& group) {
  if (!change(node, [&](topology_table& t) { return t.leave(group); })) return false;
  hosts_[node].accepted.left(group);
  return true;
}

bool cluster::add_item(std::size_t node, const std::string& group, key_range range,
                       std::uint16_t port) {
  if (!change(node, [&](topology_table& t) { return t.add_item(group, range, port); }))
    return false;
  hosts_[node].accepted.added(group, range, port);
  return true;
}

bool cluster::remove_item(std::size_t node, const std::string& group, key_range range,
                          std::uint16_t port) {
  if (!change(node, [&](topology_table& t) { return t.remove_item(group, range, port); }))
    return false;
  hosts_[node].accepted.removed(group, range);
  return true;
}

bool cluster::send_message(std::size_t node, const std::string& group) {
  auto* x = running(node);
  if (!x) return false;
  std::vector<std::size_t> recipients;
  for (const auto& member : members(x->state(), group)) {
    if (member != x->state().self) recipients.push_back(number_of(member));
  }
  const auto content = messages_.next_content();
  if (!x->send({group, "tag"}, content, clock(node))) return false;
  messages_.sent(content, std::move(recipients));
  arm(node);
  return true;
}

bool cluster::messages_are_settled() const {
  return std::ranges::all_of(
      hosts_, [](const host& x) { return !x.process || x.process->messages().jobs() == 0; });
}

bool cluster::agree() const {
  std::map<std::string, const group_state*> whole;  // of a node that is interested in all keys
  std::size_t groups = 0;
  for (const auto& x : hosts_) {
    if (!x.process) continue;
    const auto& t = x.process->state();
    groups = std::max(groups, t.groups.size());
    for (const auto& [name, group] : t.groups) {
      if (!whole.contains(name) && interest_in(t, name).is_whole()) whole[name] = group.get();
    }
  }
  const auto same = [&](const topology& t) {
    return t.groups.size() == groups && std::ranges::all_of(t.groups, [&](const auto& known) {
             const auto found = whole.find(known.first);
             if (found == whole.end()) return false;
             const auto& group = *known.second;
             const auto& all = *found->second;
             if (group.hash() == all.hash()) return true;
             const auto wanted = interest_in(t, known.first);
             return !wanted.is_whole() && group.members_hash() == all.members_hash() &&
                    hash_within(group, wanted) == hash_within(all, wanted);
           });
  };
  return std::ranges::all_of(hosts_,
                             [&](const host& x) { return !x.process || same(x.process->state()); });
}

void cluster::in_life_of(const process_id& whose, time_point when, event_queue::action what) {
  events_.at(when, [this, whose, what = std::move(what)] {
    if (hosts_[whose.node].life == whose.life) let(whose.node, what);
  });
}

void cluster::let(std::size_t node, event_queue::action what) {
  auto& x = hosts_[node];
  if (x.stalled) {
    x.inbox.push_back(std::move(what));
  } else {
    what();
  }
}

void cluster::arm(std::size_t node) {
  auto& x = hosts_[node];
  const auto next = std::max(x.process->next_wake() + x.asleep, now());
  if (x.armed_for && *x.armed_for <= next) return;
  x.armed_for = next;
  in_life_of(present(node), next, [this, node, next] {
    auto& woken = hosts_[node];
    if (woken.armed_for != next) return;  // an earlier timer has taken its place
    woken.armed_for.reset();
    woken.process->wake(clock(node));
    arm(node);
  });
}

std::size_t cluster::count(const gossip& what) {
  if (!settings_.count_bytes) return 0;
  const auto bytes = codec_.wrap(encode(what)).size();
  sent_.bytes += bytes;
  return bytes;
}

gossip cluster::as_read(gossip what) const {
  if (!settings_.reencode) return what;
  auto read = decode(encode(what));
  if (!read || *read != what) throw std::logic_error{"the wire does not carry " + to_string(what)};
  return std::move(*read);
}

void cluster::send(const stream_message& what) {
  const auto from = number_of(what.hop->id.origin);
  const auto to = number_of(what.hop->to.target);
  if (to >= size() || !network_.connects(from, to))
    return refuse(present(from), what, sim_node::failure::no_answer, connect_timeout);
  ++sent_.stream_messages;
  if (settings_.count_bytes) count(gossip_of(*what.hop));
  for (const auto delay : network_.arrivals(from, to, random_)) {
    events_.at(now() + delay + hosts_[to].slow, [this, sender = present(from), to, what] {
      if (running(to)) {
        in_life_of(sender, now(),
                   [this, from = sender.node, to] { running(from)->reached(id_of(to), now()); });
        let(to, [this, sender, to, what] { deliver(sender, to, what); });
      } else if (network_.connects(sender.node, to)) {
        refuse(sender, what, sim_node::failure::refused, network_.delay(random_));
      }
    });
  }
}

void cluster::deliver(const process_id& from, std::size_t to, const stream_message& what) {
  if (!network_.connects(from.node, to)) return;
  arrive(to, std::make_shared<const gossip>(as_read(gossip_of(*what.hop))), arrival_path::tcp,
         what.round, [this, from, to, what](std::uint64_t) { acknowledge(from, to, what); });
}

void cluster::acknowledge(const process_id& from, std::size_t to, const stream_message& what) {
  ++sent_.acknowledgements;
  if (settings_.count_bytes)
    sent_.bytes += acknowledgement(id_of(to), {what.hop->id.seqno}, codec_).size();
  if (!network_.connects(from.node, to)) return;
  for (const auto delay : network_.arrivals(to, from.node, random_)) {
    const auto read_at = now() + delay + hosts_[from.node].slow;
    in_life_of(from, read_at, [this, node = from.node, what] {
      running(node)->acknowledged(what, clock(node));
      arm(node);
    });
  }
}

void cluster::refuse(const process_id& from, const stream_message& what, sim_node::failure why,
                     duration after) {
  in_life_of(from, now() + after, [this, node = from.node, what, why] {
    running(node)->failed(what, why, clock(node));
    arm(node);
  });
}

void cluster::multicast(gossip what, unsigned round) {
  const auto from = number_of(what.current_id.origin);
  ++sent_.datagrams;
  sent_.datagram_bytes_max = std::max<std::uint64_t>(sent_.datagram_bytes_max, count(what));
  const auto content = std::make_shared<const gossip>(as_read(std::move(what)));
  for (std::size_t to = 0; to < size(); ++to) {
    if (to == from || !network_.carries_multicast(from, to)) continue;
    for (const auto delay : network_.arrivals(from, to, random_)) {
      events_.at(now() + delay, [this, to, content, round] {
        if (!running(to) || hosts_[to].stalled) return;
        arrive(to, content, arrival_path::multicast, round, {});
      });
    }
  }
}

void cluster::arrive(std::size_t to, std::shared_ptr<const gossip> what, arrival_path path,
                     unsigned round, hop_reply reply) {
  running(to)->arrive(std::move(what), path, round, std::move(reply), clock(to));
  if (on_arrival) on_arrival(to, round);
  arm(to);
}

void cluster::handle(const net_id& at, const handler_call& what) {
  const auto node = number_of(at);
  for_each_message(*what.batch, [&](bytes_view content) { messages_.handled(content, node); });
  // Programs take their time, so the same batch may come again meanwhile.
  in_life_of(present(node), now() + network_.delay(random_), [this, node, which = what.which] {
    running(node)->handled(which, clock(node));
    arm(node);
  });
}

}  // namespace scalesmall::simulation
