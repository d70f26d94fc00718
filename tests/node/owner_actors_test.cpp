#include <atomic>
#include <scalesmall/node.hpp>
#include <scalesmall/owner_actors.hpp>
#include <thread>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/io/middleman.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <doctest/doctest.h>

#include "owner_actors/owner_proxies.hpp"
#include "owner_actors/owner_proxy.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t open_requests_max = 100;

struct with_middleman : caf::actor_system_config {
  with_middleman() {
    load<caf::io::middleman>();
    set("scheduler.max-threads", 2u);
  }
};

/// A node in an actor system of its own, which for CAF is like a process of its own.
class host {
public:
  explicit host(std::vector<net_id> peers = {}) {
    node_config settings;
    settings.open_requests_max = open_requests_max;
    settings.listen = {ip_address::v4(127, 0, 0, 1), 0};
    settings.multicast = false;
    settings.peers = std::move(peers);
    auto started = node::start(system, settings);
    REQUIRE(started);
    self = std::move(*started);
  }

  ~host() {
    // CAF keeps published actors alive, and an actor system waits for its actors at the end.
    for (const auto& who : published) caf::anon_send_exit(who, caf::exit_reason::user_shutdown);
  }

  /// Publishes an actor and serves the range with it.
  caf::actor serve(key_range range, caf::actor who) {
    const auto port = system.middleman().publish(who, 0, "127.0.0.1", true);
    REQUIRE(port);
    ports.push_back(*port);
    published.push_back(who);
    REQUIRE(self->add_item("g", range, *port));
    return who;
  }

  /// An actor that doubles numbers.
  caf::actor doubler() {
    return system.spawn([] { return caf::behavior{[](int x) { return 2 * x; }}; });
  }

  with_middleman config;
  caf::actor_system system{config};
  std::unique_ptr<node> self;
  std::vector<std::uint16_t> ports;
  std::vector<caf::actor> published;
};

void await(const std::function<bool()>& what) {
  const auto end = std::chrono::steady_clock::now() + 60s;
  while (!what() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(1ms);
  REQUIRE(what());
}

struct two_hosts {
  host client;
  host server{{client.self->id()}};
  caf::scoped_actor self{client.system};
  owner_actors owners = *owner_actors::make(*client.self, "g");

  void await_owners(std::uint32_t key, std::size_t n) {
    await([&] { return client.self->owners("g", key).size() == n; });
  }

  /// The owner's answer. If there is none, `error` is set.
  std::optional<int> ask(std::uint32_t key, int x) {
    std::optional<int> answer;
    send_to_owner(self, owners, key, 10s, x)
        .receive([&](int y) { answer = y; }, [&](caf::error& why) { error = why; });
    return answer;
  }

  caf::error error;
};

}  // namespace

TEST_CASE_FIXTURE(two_hosts, "a message reaches the owner of its key on either host") {
  server.serve({0, 99}, server.doubler());
  client.serve({100, 199}, client.doubler());
  await_owners(5, 1);
  await_owners(105, 1);
  CHECK(ask(5, 21) == 42);
  CHECK(ask(105, 4) == 8);
  for (int i = 0; i < 1'000; ++i) REQUIRE(ask(5, i) == 2 * i);
  CHECK(!ask(200, 1));
  CHECK(error == call_error::not_found);

  client.self->stop();
  CHECK(!ask(5, 21));
}

TEST_CASE_FIXTURE(two_hosts, "the new owner is asked once the key has moved") {
  const auto first = server.serve({0, 99}, server.doubler());
  await_owners(5, 1);
  CHECK(ask(5, 1) == 2);
  server.serve({0, 9}, server.system.spawn([] { return caf::behavior{[](int x) { return -x; }}; }));
  REQUIRE(server.self->remove_item("g", {0, 99}, server.ports[0]));
  await([&] {
    const auto now = client.self->owners("g", 5);
    return now.size() == 1 && now[0].port == server.ports[1];
  });
  CHECK(ask(5, 1) == -1);
}

TEST_CASE_FIXTURE(two_hosts, "a request to an owner that vanishes fails at once") {
  SUBCASE("its actor ends") {
    std::atomic<bool> asked{false};
    const auto mute = server.serve({0, 99}, server.system.spawn([&](caf::event_based_actor* me) {
      return caf::behavior{[&, me](int) -> caf::result<int> {
        asked = true;
        return me->make_response_promise<int>();  // is never delivered
      }};
    }));
    await_owners(5, 1);
    std::jthread killer{[&] {
      await([&] { return asked.load(); });
      caf::anon_send_exit(mute, caf::exit_reason::kill);
    }};
    const auto begin = std::chrono::steady_clock::now();
    CHECK(!ask(5, 1));
    CHECK(error == caf::sec::request_receiver_down);
    CHECK(std::chrono::steady_clock::now() - begin < 9s);
  }
  SUBCASE("nothing listens on its port") {
    REQUIRE(server.self->add_item("g", {0, 99}, 1));
    await_owners(5, 1);
    CHECK(!ask(5, 1));
    CHECK(error == caf::sec::request_receiver_down);
  }
  SUBCASE("something else listens on its port") {
    REQUIRE(server.self->add_item("g", {0, 99}, server.self->id().port));
    await_owners(5, 1);
    CHECK(!ask(5, 1));
    CHECK(error == caf::sec::request_receiver_down);
  }
}

TEST_CASE_FIXTURE(two_hosts, "the oldest of too many open requests are given up") {
  server.serve({0, 99}, server.system.spawn([](caf::event_based_actor* me) {
    return caf::behavior{
        [me](int) -> caf::result<int> { return me->make_response_promise<int>(); }};
  }));
  await_owners(5, 1);
  const auto link = owners.of(5U);
  constexpr auto count = static_cast<int>(open_requests_max) + 2;
  std::atomic<int> given_up{0};
  std::atomic<int> last{-1};
  const auto asking = client.system.spawn([&, link](caf::event_based_actor* me) {
    const auto note = [&](int i, const caf::error& why) {
      if (why != caf::sec::request_receiver_down) return;
      last = i;
      ++given_up;
    };
    for (int i = 0; i < count; ++i) {
      me->request(link, caf::infinite, i)
          .then([](int) {}, [note, i](const caf::error& why) { note(i, why); });
    }
    return caf::behavior{[](caf::ok_atom) {}};
  });
  await([&] { return given_up == 2; });
  CHECK(last == 1);
  CHECK(!owner_proxies::has_failed(link));
  caf::anon_send_exit(asking, caf::exit_reason::kill);
}

TEST_CASE_FIXTURE(two_hosts, "the next owner is asked while one cannot be reached") {
  REQUIRE(server.self->add_item("g", {0, 99}, 1));  // nothing listens there; first in order
  server.serve({0, 98}, server.doubler());
  await_owners(5, 2);
  await([&] { return ask(5, 1) == 2; });
}

// Passes if nothing hangs or crashes.
TEST_CASE_FIXTURE(two_hosts, "nodes can stop while threads send requests") {
  server.serve({0, 99}, server.doubler());
  await_owners(5, 1);
  std::atomic<int> answers{0};
  std::atomic<bool> end{false};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      caf::scoped_actor me{client.system};
      auto own = owners;
      while (!end) {
        send_to_owner(me, own, 5U, 10s, 1)
            .receive([&](int) { ++answers; }, [&](caf::error&) { std::this_thread::yield(); });
      }
    });
  }
  await([&] { return answers > 100; });
  SUBCASE("the node that asks") { client.self->stop(); }
  SUBCASE("the node that answers") { server.self->stop(); }
  end = true;
}

TEST_CASE("without CAF's middleman owner_actors() fails with a sentence that names it") {
  caf::actor_system_config config;
  caf::actor_system system{config};
  node_config settings;
  settings.listen.port = 0;
  settings.multicast = false;
  const auto started = node::start(system, settings);
  REQUIRE(started);
  CHECK(owner_actors::make(**started, "g").error().text.find("caf::io::middleman") !=
        std::string::npos);
}
