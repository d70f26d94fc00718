// One process of the tests of owner_actors: a member of the group "g" that serves all keys with a
// supervised actor, published under its stable reference; or one that only asks.
//
//     replica NUMBER DETECTOR [SEED]
//
// NUMBER is the answer of its actor; 0 serves nothing. DETECTOR is on or off: whether the node
// takes part in the detection of failures.
//
// Prints where it listens, then takes one command a line and answers each with one line:
//
//     await N          wait until a key has N owners
//     ask              ask an owner: its number, or the error
//     load SECONDS     ask again and again: "ASKED FAILED SPAN OVERDUE". SPAN is the time in ms
//                      from the end of the first failed request to the end of the last one. OVERDUE
//                      of those that failed were not answered in time, the others at once with an
//                      error.
//     claim PORT       say that all keys are served on this port instead
//     hand             send an owner the handles of this process, which it keeps
//     crash            crash the own actor, and wait until the next one runs
//
// A command that waits in vain is answered with "error".

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <optional>
#include <scalesmall/node.hpp>
#include <scalesmall/owner_actors.hpp>
#include <scalesmall/publication.hpp>
#include <scalesmall/supervision/adopt.hpp>
#include <scalesmall/supervision/exit_reason.hpp>
#include <scalesmall/supervision/start_actor.hpp>
#include <scalesmall/supervision/tree.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/io/middleman.hpp>
#include <caf/scoped_actor.hpp>

using namespace scalesmall;
using namespace std::chrono_literals;

namespace {

using asked_by = caf::scoped_actor;

/// Far beyond what anything here takes, and less than the test waits for an answer.
constexpr std::chrono::seconds wait_limit{50};

/// Counts events that come from any thread.
class event_count {
public:
  void add() {
    const std::lock_guard lock{mutex_};
    ++count_;
    changed_.notify_all();
  }

  [[nodiscard]] int now() {
    const std::lock_guard lock{mutex_};
    return count_;
  }

  /// Waits until the condition holds, which it may as soon as an event comes. False at the limit.
  template <class Condition>
  [[nodiscard]] bool wait(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + wait_limit;
    while (true) {
      const auto seen = now();
      if (condition()) return true;
      std::unique_lock lock{mutex_};
      if (!changed_.wait_until(lock, end, [&] { return count_ != seen; })) return false;
    }
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

caf::behavior replica(caf::event_based_actor* self, int number) {
  supervision::adopt(self);
  return {
      [number](caf::get_atom, std::uint32_t) { return number; },
      [self, kept = std::vector<caf::actor>{}](caf::put_atom, const caf::actor& handle) mutable {
        kept.push_back(handle);
        self->monitor(handle);
        return caf::unit;
      },
  };
}

supervision::supervisor_spec spec_of(int number, const supervision::stable_ref_base& ref) {
  supervision::supervisor_spec spec;
  supervision::child_spec child;
  child.id = "replica";
  child.start = supervision::start_actor(replica, number);
  child.ref = ref;
  spec.children.push_back(child);
  return spec;
}

std::string ask(asked_by& self, owner_actors<>& owners, std::uint32_t key) {
  std::string answer;
  send_to_owner(self, owners, key, 300ms, caf::get_atom_v, key)
      .receive([&](int number) { answer = std::to_string(number); },
               [&](const caf::error& why) { answer = "error " + supervision::describe(why); });
  return answer;
}

std::string load(asked_by& self, owner_actors<>& owners, std::chrono::seconds time) {
  using clock = std::chrono::steady_clock;
  const auto end = clock::now() + time;
  std::optional<clock::time_point> first;
  clock::duration span{};
  std::uint32_t asked = 0;
  std::uint32_t failed = 0;
  std::uint32_t overdue = 0;
  while (clock::now() < end) {
    const auto answer = ask(self, owners, ++asked);
    if (!answer.starts_with("error")) continue;
    ++failed;
    if (answer.find("request_timeout") != answer.npos) ++overdue;
    if (!first) first = clock::now();
    span = clock::now() - *first;
  }
  std::ostringstream said;
  said << asked << ' ' << failed << ' '
       << std::chrono::duration_cast<std::chrono::milliseconds>(span).count() << ' ' << overdue;
  return said.str();
}

/// Waits until a key of the group has so many owners.
bool await_owners(node& host, std::size_t n) {
  event_count updates;
  const auto watching = host.subscribe("g", [&](const group_update&) { updates.add(); });
  return watching && updates.wait([&] { return host.owners("g", 0).size() == n; });
}

std::string hand(asked_by& self, owner_actors<>& owners, const std::vector<caf::actor>& handles) {
  for (const auto& handle : handles) {
    bool taken = false;
    self->request(owners.of(0), 5s, caf::put_atom_v, handle)
        .receive([&] { taken = true; }, [](const caf::error&) {});
    if (!taken) return "error";
  }
  return "ok";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const auto number = std::atoi(argv[1]);
  event_count restarts;  // outlives the actors that count
  caf::actor_system_config config;
  config.load<caf::io::middleman>();
  config.set("scheduler.max-threads", 2u);
  caf::actor_system system{config};
  node_config settings;
  settings.listen.port = 0;
  settings.multicast = false;
  settings.liveness = std::string_view{argv[2]} == "on";
  if (argc > 3) settings.peers = {*parse_net_id(argv[3])};
  const auto started = node::start(system, settings);
  if (!started) return std::cerr << started.error().text << '\n', 1;
  auto& node = **started;

  // In this order: published, made known to the actor's users, then claimed.
  const supervision::stable_ref<caf::actor> ref{system};
  supervision::tree_options options;
  options.report = [&](const supervision::report& x) {
    supervision::log_report(x);
    if (x.what == supervision::report::kind::restarted) restarts.add();
  };
  const auto tree = supervision::tree::start(system, "app", spec_of(number, ref), options);
  const auto published = publication::make(system, ref);
  if (!tree || !published || !node.join("g")) return 1;
  if (number != 0 && !node.add_item("g", whole_range, published->port())) return 1;
  auto owners = owner_actors<>::make(node, "g").value();
  std::cout << to_string(node.id()) << std::endl;

  asked_by self{system};
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words{line};
    std::string command;
    std::string answer = "error";
    std::size_t n = 0;
    words >> command >> n;
    if (command == "await") {
      if (await_owners(node, n)) answer = "ok";
    } else if (command == "ask") {
      answer = ask(self, owners, 0);
    } else if (command == "load") {
      answer = load(self, owners, std::chrono::seconds{n});
    } else if (command == "hand") {
      answer = hand(self, owners,
                    {ref.handle(), caf::actor_cast<caf::actor>(node.group_manager()),
                     caf::actor_cast<caf::actor>(node.messages())});
    } else if (command == "claim") {
      if (node.add_item("g", whole_range, static_cast<std::uint16_t>(n))) answer = "ok";
    } else if (command == "crash") {
      const auto before = restarts.now();
      if (tree->crash("app/replica") && restarts.wait([&] { return restarts.now() > before; }))
        answer = "ok";
    }
    std::cout << answer << std::endl;
  }
  return tree->stop() ? 0 : 1;
}
