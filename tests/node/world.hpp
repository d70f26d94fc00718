#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <scalesmall/node.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <doctest/doctest.h>

#include "net/memory/memory_network.hpp"
#include "tests/actors/names.hpp"

namespace scalesmall {

/// Nodes in one actor system on virtual time, joined by a network in memory: nothing sleeps, and
/// one seed gives one run.
class world {
public:
  explicit world(std::uint64_t seed = 1)
      : wire(seed), system_(tune(config_)), scheduler_(coordinator()) {
    // Nobody runs actors that are left at the end, so nobody waits for them either.
    system_.await_actors_before_shutdown(false);
    scheduler_.clock().current_time += std::chrono::hours{1};
  }

  ~world() {
    for (auto& [id, host] : nodes_) host->request_stop();
    run();
    nodes_.clear();
    scheduler_.clock().cancel_all();
  }

  /// Starts the node number n.
  node& start(std::uint8_t n, std::vector<net_id> peers = {}, bool multicast = false) {
    node_config config;
    config.peers = std::move(peers);
    config.multicast = multicast;
    return start_with(n, std::move(config));
  }
  node& start_with(std::uint8_t n, node_config config) {
    config.listen = names::nth(n);
    config.random_seed = n;
    node_environment environment;
    environment.net = wire.host(names::nth(n));
    environment.on_failure = [this, n](const std::string& why) { failures[n] = why; };
    if (prepare) prepare(config, environment);
    auto launched = node::launch(system_, config, std::move(environment));
    REQUIRE(launched);
    run();
    return *(nodes_[n] = std::move(*launched));
  }

  node& operator[](std::uint8_t n) { return *nodes_.at(n); }

  /// Ends a node as the operating system would: nothing is said to anybody.
  void kill(std::uint8_t n) {
    nodes_.at(n)->request_stop();
    run();
    nodes_.erase(n);
  }

  /// Makes a call of a node and lets the world go on until it is answered.
  template <class Call>
  result<timed_item, call_error> call(std::uint8_t n, Call what) {
    result<timed_item, call_error> outcome = call_error::unavailable;
    caf::scoped_actor self{system_, true};
    auto request = self->request(nodes_.at(n)->group_manager(), caf::infinite, std::move(what));
    run();
    if (!self->has_next_message()) return call_error::timeout;
    request.receive([&](const timed_item& claim) { outcome = claim; },
                    [&](const caf::error& why) {
                      if (why.category() == caf::atom("gm"))
                        outcome = static_cast<call_error>(why.code());
                    });
    return outcome;
  }
  auto join(std::uint8_t n, const std::string& group) { return call(n, join_group{group, {}}); }
  auto add(std::uint8_t n, const std::string& group, key_range range, std::uint16_t port = 80) {
    return call(n, add_range{group, range, port});
  }
  auto remove(std::uint8_t n, const std::string& group, key_range range, std::uint16_t port = 80) {
    return call(n, remove_range{group, range, port});
  }

  /// Hands each message with this tag that comes to a node to a function.
  void handle(std::uint8_t n, const std::string& tag, std::function<void(bytes_view)> what) {
    const auto who = system_.spawn([what = std::move(what)](caf::event_based_actor*) {
      return caf::behavior{
          [what](const received_messages& x) { for_each_message(*x.batch, what); }};
    });
    caf::anon_send(nodes_.at(n)->messages(),
                   handle_messages{tag, caf::actor_cast<message_handler_actor>(who)});
    run();
  }

  /// Everything that is due now, in actors and on the wire.
  void run() {
    do {
      scheduler_.run();
    } while (wire.run() > 0);
  }

  /// Lets one actor do one thing; false if there is nothing to do.
  bool step() { return scheduler_.try_run_once(); }

  void advance(std::chrono::nanoseconds time,
               std::chrono::nanoseconds step = std::chrono::milliseconds{1}) {
    for (std::chrono::nanoseconds t{0}; t < time; t += step) {
      scheduler_.advance_time(step);
      wire.advance(step);
      run();
    }
  }

  /// Whether all these nodes know the same of the group.
  bool agree(const std::vector<std::uint8_t>& numbers, const std::string& group) {
    for (const auto n : numbers) {
      if (nodes_.at(n)->topology(group) != nodes_.at(numbers[0])->topology(group)) return false;
    }
    return true;
  }

  caf::actor_system& system() { return system_; }

  /// Changes what the next nodes are started with.
  std::function<void(node_config&, node_environment&)> prepare;

  memory_network wire;
  std::map<std::uint8_t, std::string> failures;

private:
  static caf::actor_system_config& tune(caf::actor_system_config& config) {
    return config.set("scheduler.policy", caf::atom("testing"));
  }

  caf::scheduler::test_coordinator& coordinator() {
    return dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler());
  }

  caf::actor_system_config config_;
  caf::actor_system system_;
  caf::scheduler::test_coordinator& scheduler_;
  std::map<std::uint8_t, std::unique_ptr<node>> nodes_;
};

/// How many frames a node has dropped for this reason.
inline std::uint64_t faults(const node& x, fault why) {
  return x.counts().faults[static_cast<std::size_t>(why)];
}

/// How many ranges node n knows to be served in the group.
inline std::size_t served(world& w, std::uint8_t n, const std::string& group) {
  return w[n].topology(group, op::add).size();
}

}  // namespace scalesmall
