#include <atomic>
#include <chrono>
#include <scalesmall/owner_actors.hpp>
#include <string>
#include <thread>
#include <vector>

#include <caf/scoped_actor.hpp>
#include <doctest/doctest.h>

#include "owner_actors/owner_proxies.hpp"
#include "tests/node/two_hosts.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;

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
  await_group(*client.self, "g", "the other owner", [&] {
    const auto now = client.self->owners("g", 5);
    return now.size() == 1 && now[0].port == server.ports[1];
  });
  CHECK(ask(5, 1) == -1);
}

TEST_CASE_FIXTURE(two_hosts, "the next owner is asked while one cannot be reached") {
  REQUIRE(server.self->add_item("g", {0, 99}, 1));  // nothing listens there; first in order
  server.serve({0, 98}, server.doubler());
  await_owners(5, 2);
  await_success("an answer of the next owner", [&] { return ask(5, 1) == 2; });
}

// Passes if nothing hangs or crashes.
TEST_CASE_FIXTURE(two_hosts, "nodes can stop while threads send requests") {
  server.serve({0, 99}, server.doubler());
  await_owners(5, 1);
  countdown answers{100};
  std::atomic<bool> end{false};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      caf::scoped_actor me{client.system};
      auto own = owners;
      while (!end) {
        send_to_owner(me, own, 5U, 10s, 1)
            .receive([&](int) { answers.count_down(); },
                     [&](caf::error&) { std::this_thread::yield(); });
      }
    });
  }
  answers.await("answers");
  SUBCASE("the node that asks") {
    client.self->stop();
    CHECK(!ask(5, 1));
    CHECK(error);
  }
  SUBCASE("the node that answers") {
    // The actor is the program's and outlives the node. What is known of the actor may still be
    // read.
    server.self->stop();
    CHECK(ask(5, 1) == 2);
  }
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
