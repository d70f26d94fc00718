// A store of keys and values, spread over processes that choose themselves what each of them keeps.
//
//     sharded_kv [OPTIONS]
//
//     --peer HOST:PORT   another process
//     --listen PORT      default: any
//     --replicas R       owners of each key (2); the same at all processes
//     --slots S          parts of the keys (1,024); likewise
//     --capacity W       what it takes, compared with others (1)
//     --expect N         so many begin together
//     --quick            shorter times, for tests
//     --client           keeps nothing
//
// Prints where it listens, then takes one command a line and answers each with one line:
//
//     ready            wait until every key has an owner
//     settled N        wait until N processes have what the plan says
//     put NAME VALUE   store at all owners of the key of NAME
//     get NAME         ask one of them
//     load W R         begin with W threads that write and R that read
//     probe ADDRESS T  ask one process for one name for T seconds, whatever becomes of it
//     uncovered        for how many milliseconds some keys have had no reachable owner since "load"
//     stop             end the threads, and tell what they counted
//     loads            the number of ranges that this process was told to load
//     drain            give all to the others
//
// At the end of the input the process ends. What it serves and has not given up stays its own,
// until it starts again in place or the others do without it.
//
// When it is told that it lost a range, it prints "lost" and the time since 1970 in milliseconds to
// stderr.

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <scalesmall/node.hpp>
#include <scalesmall/owner_actors.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/io/middleman.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include "examples/sharded_kv/clients.hpp"
#include "examples/sharded_kv/store.hpp"

using namespace scalesmall;
using namespace sharded_kv;
using namespace std::chrono_literals;

namespace {

constexpr const char* group = "kv";

struct options {
  serve_options how;
  std::uint16_t listen = 0;
  std::optional<net_id> peer;
  bool client = false;
};

/// Nothing if the options cannot be read.
std::optional<options> parse(int argc, char** argv) {
  options x;
  x.how.replicas = 2;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name{argv[i]};
    if (name == "--client") {
      x.client = true;
      continue;
    }
    if (name == "--quick") {
      // A machine that is busy for some seconds is not to count as one that stood still.
      x.how.timing = {300ms, 2s, 1s, 10s, 2s, 1s, 500ms, 5s};
      continue;
    }
    if (++i == argc) return std::nullopt;
    const auto number = static_cast<std::uint32_t>(std::strtoul(argv[i], nullptr, 0));
    if (name == "--peer") {
      const auto peer = parse_net_id(argv[i]);
      if (!peer) return std::nullopt;
      x.peer = *peer;
    } else if (name == "--listen")
      x.listen = static_cast<std::uint16_t>(number);
    else if (name == "--replicas")
      x.how.replicas = number;
    else if (name == "--capacity")
      x.how.capacity = number;
    else if (name == "--slots")
      x.how.slots = number;
    else if (name == "--expect")
      x.how.expect = number;
    else
      return std::nullopt;
  }
  return x;
}

/// Has the node tell the actor what it is to serve, until one of the two ends.
bool begin_to_serve(caf::scoped_actor& self, node& node, const serve_options& how,
                    const caf::actor& mine, const std::shared_ptr<service_fence>& fence) {
  bool begun = false;
  const serve_group order{group, how, caf::actor_cast<range_handler_actor>(mine), fence};
  self->request(node.assignments(), 5s, order)
      .receive([&](done) { begun = true; }, [](const caf::error&) {});
  return begun;
}

bool drain(caf::scoped_actor& self, node& node) {
  bool drained = false;
  self->request(node.assignments(), 60s, drain_group{group})
      .receive([&](done) { drained = true; }, [](const caf::error&) {});
  return drained;
}

bool is_settled(const node& node, std::size_t members) {
  const auto plan = node.plan(group);
  return plan && plan->members.size() == members && plan->to_take_up == 0 && plan->to_give_up == 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::cerr << std::fixed;
  auto parsed = parse(argc, argv);
  if (!parsed) return 2;

  caf::actor_system_config config;
  config.load<caf::io::middleman>();
  config.add_message_type<stamped>("stamped");
  config.add_message_type<slot_values>("slot_values");
  config.add_message_type<std::vector<caf::actor>>("stores");
  caf::actor_system system{config};
  node_config settings;
  settings.listen.port = parsed->listen;
  settings.multicast = false;
  settings.liveness = true;
  if (parsed->peer) settings.peers = {*parsed->peer};
  const auto started = node::start(system, settings);
  if (!started) return std::cerr << started.error().text << '\n', 1;
  auto& node = **started;
  auto owners = owner_actors<>::make(node, group, owner_order::rendezvous);
  if (!owners) return 1;

  // The actor that serves the ranges is published on their port.
  auto& how = parsed->how;
  const auto fence = std::make_shared<service_fence>();
  const range_answers answers{node.assignments(), group, fence};
  const auto mine = system.spawn<store>(*owners, node.routes(group), node.id(), how.slots, answers);
  const auto port = system.middleman().publish(mine, 0, "127.0.0.1");
  if (!port) return 1;
  how.port = *port;
  caf::scoped_actor self{system};
  std::optional<subscription> watching;
  if (!parsed->client) {
    auto watched = node.subscribe(
        group, [mine](const group_update&) { caf::anon_send(mine, look_atom::value); });
    if (!watched || !begin_to_serve(self, node, how, mine, fence)) return 1;
    watching.emplace(std::move(*watched));
  }
  std::cout << to_string(node.id()) << std::endl;

  clients load{system, node.view(), group, *owners};
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words{line};
    std::string command, name, value, answer = "error";
    words >> command >> name >> value;
    if (command == "ready") {
      while (!node.coverage(group).gaps().empty()) std::this_thread::sleep_for(1ms);
      answer = "ok";
    } else if (command == "settled") {
      while (!is_settled(node, std::strtoul(name.c_str(), nullptr, 0)))
        std::this_thread::sleep_for(5ms);
      answer = "ok";
    } else if (command == "put") {
      answer = put(self, *owners, name, stamped_now(value)).value_or(answer);
    } else if (command == "get") {
      if (const auto got = get(self, *owners, name, 20s))
        answer = got->at == 0 ? "nothing" : "value " + got->value;
    } else if (command == "load") {
      load.start(std::strtoul(name.c_str(), nullptr, 0), std::strtoul(value.c_str(), nullptr, 0));
      answer = "ok";
    } else if (command == "probe") {
      const auto member = parse_net_id(name);
      const std::chrono::seconds time{std::strtoul(value.c_str(), nullptr, 0)};
      if (member) answer = load.probe(*member, time);
    } else if (command == "loads") {
      self->request(mine, caf::infinite, loads_atom::value)
          .receive([&](std::size_t n) { answer = std::to_string(n); }, [](const caf::error&) {});
    } else if (command == "uncovered") {
      answer = std::to_string(load.uncovered_ms());
    } else if (command == "stop") {
      answer = load.stop();
    } else if (command == "drain") {
      if (drain(self, node)) answer = "ok";
      std::this_thread::sleep_for(1s);  // until the others have heard of it
    }
    std::cout << answer << std::endl;
  }
  watching.reset();
  // From when the others hear of the stop, they answer without this process.
  self->request(mine, caf::infinite, end_atom::value).receive([] {}, [](const caf::error&) {});
  node.stop();
  caf::anon_send_exit(mine, caf::exit_reason::user_shutdown);
}
