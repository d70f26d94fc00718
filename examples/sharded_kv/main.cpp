// A store of keys and values, spread over processes that each serve a range of keys.
//
//     sharded_kv FROM TO [SEED]      serve the keys FROM..TO; SEED is the host:port of another
//
// Prints where it listens, then takes one command a line and answers each with one line:
//
//     ready            wait until every key has an owner
//     put NAME VALUE   store at the owner of the key of NAME, be it this process or another
//     get NAME         ask that owner
//     leave NAME       give all that is stored here to the owner of NAME, and end

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <scalesmall/group_manager.hpp>
#include <scalesmall/node.hpp>
#include <scalesmall/owner_actors.hpp>
#include <sstream>
#include <string>
#include <thread>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/io/middleman.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>

using namespace scalesmall;
using namespace std::chrono_literals;

namespace {

constexpr const char* group = "kv";

struct shard {
  std::map<std::string, std::string> values;
  caf::actor successor;  // has taken over
};

/// The actor that each process publishes. Once it has given its values away it passes on what still
/// comes.
caf::behavior store(caf::stateful_actor<shard>* self, const group_manager_actor& groups) {
  auto& mine = self->state;
  return {
      [self, &mine](caf::put_atom, std::string& name,
                    std::string& value) -> caf::result<caf::message> {
        if (mine.successor) return self->delegate(mine.successor, caf::put_atom_v, name, value);
        mine.values[name] = value;
        return caf::make_message(std::string{"ok"});
      },
      [self, &mine](caf::get_atom, std::string& name) -> caf::result<caf::message> {
        if (mine.successor) return self->delegate(mine.successor, caf::get_atom_v, name);
        const auto found = mine.values.find(name);
        return caf::make_message(found == mine.values.end() ? "nothing" : "value " + found->second);
      },
      [self, groups](caf::add_atom, std::uint32_t from, std::uint32_t to,
                     std::uint16_t port) -> caf::result<std::string> {
        auto answer = self->make_response_promise<std::string>();
        self->request(groups, 5s, add_item{group, {from, to}, port})
            .then([answer](const timed_item&) mutable { answer.deliver(std::string{"ok"}); },
                  [answer](caf::error& why) mutable { answer.deliver(std::move(why)); });
        return answer;
      },
      [&mine](caf::leave_atom, const caf::actor& to) -> caf::result<std::string> {
        for (const auto& [name, value] : mine.values)
          caf::anon_send(to, caf::put_atom_v, name, value);  // no answer is wanted
        mine.successor = to;
        return std::string{"ok"};
      },
  };
}

/// Asks the owner of a name, again if there is no answer. A value that is put twice is stored once.
template <class... Message>
std::string ask(caf::scoped_actor& self, owner_actors<>& owners, const std::string& name,
                const Message&... message) {
  std::string answer;
  for (int attempt = 0; attempt < 100 && answer.empty(); ++attempt) {
    send_to_owner(self, owners, name, 1s, message...)
        .receive([&](const std::string& x) { answer = x; },
                 [](const caf::error&) { std::this_thread::sleep_for(10ms); });
  }
  return answer.empty() ? "error" : answer;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const auto number = [&](int i) {
    return static_cast<std::uint32_t>(std::strtoul(argv[i], nullptr, 0));
  };
  const key_range range{number(1), number(2)};

  caf::actor_system_config config;
  config.load<caf::io::middleman>();
  caf::actor_system system{config};
  node_config settings;
  settings.listen.port = 0;
  settings.multicast = false;
  if (argc > 3) settings.peers = {*parse_net_id(argv[3])};
  const auto started = node::start(system, settings);
  if (!started) return std::cerr << started.error().text << '\n', 1;
  auto& node = **started;

  // The actor that serves a range is published on the port of the range.
  const auto mine = system.spawn(store, node.group_manager());
  const auto port = system.middleman().publish(mine, 0, "127.0.0.1");
  auto owners = owner_actors<>::make(node, group);
  if (!port || !owners || !node.add_item(group, range, *port)) return 1;
  std::cout << to_string(node.id()) << std::endl;

  caf::scoped_actor self{system};
  bool left = false;
  for (std::string line; !left && std::getline(std::cin, line);) {
    std::istringstream words{line};
    std::string command, name, value, answer = "error";
    words >> command >> name >> value;
    if (command == "ready") {
      while (!node.coverage(group).gaps().empty()) std::this_thread::sleep_for(1ms);
      answer = "ok";
    } else if (command == "put") {
      answer = ask(self, *owners, name, caf::put_atom_v, name, value);
    } else if (command == "get") {
      answer = ask(self, *owners, name, caf::get_atom_v, name);
    } else if (command == "leave") {
      const auto heirs = node.owners(group, key_of(name));
      const auto heir = owners->of(name);
      if (heirs.empty() || heirs.front().member == node.id()) return 1;
      // First the values, then the range: from here on this process only passes on.
      self->request(mine, 5s, caf::leave_atom_v, heir)
          .receive([](const std::string&) {}, [](const caf::error&) {});
      self->request(heir, 5s, caf::add_atom_v, range.start_range, range.end_range,
                    heirs.front().port)
          .receive([&](const std::string& x) { answer = x; }, [](const caf::error&) {});
      left = answer == "ok" && node.leave(group);
      std::this_thread::sleep_for(500ms);  // until the others have heard of it
    }
    std::cout << answer << std::endl;
  }
  caf::anon_send_exit(mine, caf::exit_reason::user_shutdown);
}
