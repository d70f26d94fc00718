#include "owner_actors/owner_proxy.hpp"

#include <atomic>
#include <chrono>
#include <thread>

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <doctest/doctest.h>

#include "owner_actors/owner_proxies.hpp"
#include "tests/node/two_hosts.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;

TEST_CASE_FIXTURE(two_hosts, "a request to an owner that vanishes fails at once") {
  SUBCASE("its actor ends") {
    countdown asked;
    const auto mute = server.serve({0, 99}, server.system.spawn([&](caf::event_based_actor* me) {
      return caf::behavior{[&, me](int) -> caf::result<int> {
        asked.count_down();
        return me->make_response_promise<int>();  // is never delivered
      }};
    }));
    await_owners(5, 1);
    std::jthread killer{[&] {
      if (!asked.reached()) return;  // so that the request runs into its own limit
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
  countdown given_up{2};
  std::atomic<int> last{-1};
  const auto asking = client.system.spawn([&, link](caf::event_based_actor* me) {
    const auto note = [&](int i, const caf::error& why) {
      if (why != caf::sec::request_receiver_down) return;
      last = i;
      given_up.count_down();
    };
    for (int i = 0; i < count; ++i) {
      me->request(link, caf::infinite, i)
          .then([](int) {}, [note, i](const caf::error& why) { note(i, why); });
    }
    return caf::behavior{[](caf::ok_atom) {}};
  });
  given_up.await("two requests that are given up");
  CHECK(last == 1);
  CHECK(owner_proxies::state(link) != proxy_state::failed);
  caf::anon_send_exit(asking, caf::exit_reason::kill);
}
