#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <latch>
#include <optional>
#include <scalesmall/owner_actors.hpp>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <caf/scoped_actor.hpp>
#include <caf/typed_actor.hpp>
#include <doctest/doctest.h>

#include "tests/node/full_backlog.hpp"
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
  REQUIRE(server.self->add_item("g", {0, 98}, 1));  // nothing listens there; first in order
  server.serve({0, 99}, server.doubler());
  await_owners(5, 2);
  await_success("an answer of the next owner", [&] { return ask(5, 1) == 2; });
}

TEST_CASE_FIXTURE(two_hosts, "an owner that answers no connection does not hide the next one") {
  const full_backlog dead_host;
  REQUIRE(server.self->add_item("g", {0, 98}, dead_host.port()));  // first in order
  server.serve({0, 99}, server.doubler());
  await_owners(5, 2);
  await_success("an answer of the next owner", [&] { return ask(5, 1) == 2; });
  // Longer than an attempt to connect takes, and than it takes until the next one.
  const auto end = std::chrono::steady_clock::now() + 5s;
  while (std::chrono::steady_clock::now() < end) REQUIRE(ask(5, 1) == 2);
}

TEST_CASE_FIXTURE(two_hosts, "an owner that does not answer is passed over until it does") {
  std::latch go_on{1};
  server.serve({0, 98}, server.system.spawn([&] {
    return caf::behavior{[&](int x) {
      go_on.wait();
      return -x;
    }};
  }));
  server.serve({0, 99}, server.doubler());
  await_owners(5, 2);
  const auto answer = [&] { return ask(5, 1, 300ms); };
  await_success("a request that is not answered", [&] { return !answer(); });
  await_success("an answer of the next owner", [&] { return answer() == 2; });
  for (int i = 0; i < 100; ++i) CHECK(ask(5, 1) == 2);
  go_on.count_down();
  await_success("an answer of the owner that had stopped", [&] { return answer() == -1; });
}

TEST_CASE_FIXTURE(two_hosts, "all owners of a key, and the actor of a member, can be asked") {
  server.serve({0, 99}, server.doubler());
  server.serve({0, 9}, server.system.spawn([] { return caf::behavior{[](int x) { return -x; }}; }));
  client.serve({0, 99}, client.doubler());
  await_owners(5, 3);
  const auto ask_actor = [&](const caf::actor& who) {
    std::optional<int> answer;
    self->request(who, 10s, 3)
        .receive([&](int x) { answer = x; }, [&](caf::error& e) { error = e; });
    return answer;
  };
  std::vector<int> answers;
  for (const auto& who : owners.all_of(5U)) answers.push_back(ask_actor(who).value());
  std::ranges::sort(answers);
  CHECK(answers == std::vector{-3, 6, 6});
  CHECK(owners.all_of(200U).empty());
  CHECK(ask_actor(owners.at(client.self->id())) == 6);
  CHECK(ask_actor(owners.at(server.self->id())) == -3);  // its first range
  CHECK(!ask_actor(owners.at({ip_address::v4(10, 0, 0, 1), 1})));
  CHECK(error == call_error::not_found);
}

TEST_CASE_FIXTURE(two_hosts, "rendezvous spreads the keys over members that serve all of them") {
  server.serve({0, 999}, server.system.spawn([] { return caf::behavior{[](int) { return 1; }}; }));
  client.serve({0, 999}, client.system.spawn([] { return caf::behavior{[](int) { return 2; }}; }));
  await_owners(5, 2);
  owners = owner_actors<>::make(*client.self, "g", owner_order::rendezvous).value();
  auto of_server = owner_actors<>::make(*server.self, "g", owner_order::rendezvous).value();
  for (auto* each : {&owners, &of_server}) {
    for (std::uint32_t key = 0; key < 20; ++key) (void)each->of(key);  // connects
  }
  std::array<int, 3> answered{};
  for (std::uint32_t key = 0; key < 1'000; ++key) ++answered[ask(key, 0).value()];
  CHECK(answered[1] > 400);
  CHECK(answered[2] > 400);
}

TEST_CASE_FIXTURE(two_hosts, "the requests to typed owners are checked by the compiler") {
  using doubling = caf::typed_actor<caf::replies_to<int>::with<int>>;
  server.serve({0, 99}, server.doubler());
  await_owners(5, 1);
  auto typed = owner_actors<doubling>::make(*client.self, "g").value();
  std::optional<int> answer;
  send_to_owner(self, typed, 5U, 10s, 21)
      .receive([&](int x) { answer = x; }, [](const caf::error&) {});
  CHECK(answer == 42);
  CHECK(typed.all_of("name").empty());
  static_assert(std::is_same_v<decltype(typed.of(5U)), doubling>);
}

namespace {

class asking_actor : public caf::event_based_actor {
public:
  asking_actor(caf::actor_config& config, owner_actors<> owners, countdown& answered)
      : event_based_actor(config), owners_(std::move(owners)), answered_(answered) {}

  caf::behavior make_behavior() override {
    send_to_owner(this, owners_, 5U, 10s, 21)
        .then([this](int) { answered_.count_down(); }, [](const caf::error&) {});
    return {[](caf::ok_atom) {}};
  }

private:
  owner_actors<> owners_;
  countdown& answered_;
};

}  // namespace

TEST_CASE_FIXTURE(two_hosts, "a class-based actor asks owners") {
  server.serve({0, 99}, server.doubler());
  await_owners(5, 1);
  countdown answered;
  const auto asking = client.system.spawn<asking_actor>(owners, answered);
  answered.await("an answer");
  caf::anon_send_exit(asking, caf::exit_reason::user_shutdown);
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
  CHECK(owner_actors<>::make(**started, "g").error().text.find("caf::io::middleman") !=
        std::string::npos);
  check_no_restarts(**started);
}
