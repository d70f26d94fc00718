#include <chrono>
#include <cstdint>
#include <memory>
#include <scalesmall/supervision/exit_reason.hpp>
#include <scalesmall/supervision/stable_ref.hpp>
#include <scalesmall/supervision/tree.hpp>
#include <utility>
#include <vector>

#include <caf/actor_registry.hpp>
#include <caf/scoped_actor.hpp>
#include <doctest/doctest.h>

#include "supervision/detail/exit_signal.hpp"
#include "tests/supervision/real_system.hpp"
#include "tests/supervision/workers.hpp"
#include "tests/supervision/world.hpp"
#include "tests/support/await.hpp"

using namespace scalesmall::supervision;
using namespace std::chrono_literals;

namespace {

caf::strong_actor_ptr spawn_echo(world& w) {
  return caf::actor_cast<caf::strong_actor_ptr>(w.system.spawn<actor_shell<test_worker>>());
}

}  // namespace

TEST_CASE(
    "a reference parks messages in order until it is bound; sender and request id stay the same") {
  world w;
  const stable_ref<caf::actor> ref{w.system};
  std::vector<int> got;
  auto first = w.me->request(ref.handle(), caf::infinite, caf::get_atom_v);
  caf::anon_send(ref.handle(), 1);
  caf::anon_send(ref.handle(), 2);
  w.run();
  CHECK_FALSE(w.me->has_next_message());
  const caf::actor target = w.system.spawn([&got](caf::event_based_actor* self) -> caf::behavior {
    return {[self](caf::get_atom) { return self->id(); }, [&got](int x) { got.push_back(x); }};
  });
  ref.bind(caf::actor_cast<caf::strong_actor_ptr>(target));
  caf::anon_send(ref.handle(), 3);
  w.run();
  CHECK(got == std::vector{1, 2, 3});
  REQUIRE(w.me->has_next_message());
  first.receive([&](caf::actor_id id) { CHECK(id == target.id()); },
                [](const caf::error& e) { FAIL(describe(e)); });
  kill(caf::actor_cast<caf::strong_actor_ptr>(target));
}

TEST_CASE("a reference parks messages as soon as its target has died") {
  world w;
  const stable_ref<echo> ref{w.system};
  const auto one = spawn_echo(w);
  ref.bind(one);
  kill(one);
  auto inside = w.me->request(ref.handle(), caf::infinite, caf::get_atom_v);
  w.run();
  REQUIRE(w.me->has_next_message());
  inside.receive([](std::uint64_t) { FAIL("answered by the dead"); },
                 [](const caf::error& e) { CHECK(e == caf::sec::request_receiver_down); });
  auto after = w.me->request(ref.handle(), caf::infinite, caf::get_atom_v);
  w.run();
  CHECK_FALSE(w.me->has_next_message());
  const auto two = spawn_echo(w);
  ref.bind(two);
  w.run();
  REQUIRE(w.me->has_next_message());
  after.receive([&](std::uint64_t id) { CHECK(id == two->id()); },
                [](const caf::error& e) { FAIL(describe(e)); });
  kill(two);
}

TEST_CASE("the number of parked messages is bounded; a request beyond the bound fails at once") {
  world w;
  const stable_ref<echo> ref{w.system, 2};
  auto a = w.me->request(ref.handle(), caf::infinite, caf::get_atom_v);
  auto b = w.me->request(ref.handle(), caf::infinite, caf::get_atom_v);
  CHECK_FALSE(w.me->has_next_message());
  auto c = w.me->request(ref.handle(), caf::infinite, caf::get_atom_v);
  REQUIRE(w.me->has_next_message());
  c.receive([](std::uint64_t) { FAIL("answered"); },
            [](const caf::error& e) { CHECK(e == supervisor_error::parking_full); });
  ref.refuse();
  for (auto* r : {&a, &b}) {
    REQUIRE(w.me->has_next_message());
    r->receive([](std::uint64_t) { FAIL("answered"); },
               [](const caf::error& e) { CHECK(e == caf::sec::request_receiver_down); });
  }
  auto d = w.me->request(ref.handle(), caf::infinite, caf::get_atom_v);
  REQUIRE(w.me->has_next_message());
  d.receive([](std::uint64_t) { FAIL("answered"); },
            [](const caf::error& e) { CHECK(e == caf::sec::request_receiver_down); });
}

TEST_CASE("a kill through a reference ends the bound actor and no successor") {
  world w;
  const stable_ref<echo> ref{w.system};
  kill(ref.actor());
  const auto one = spawn_echo(w);
  ref.bind(one);
  w.run();
  auto r = w.me->request(ref.handle(), caf::infinite, caf::get_atom_v);
  w.run();
  r.receive([&](std::uint64_t id) { CHECK(id == one->id()); },
            [](const caf::error& e) { FAIL(describe(e)); });
  kill(ref.actor());
  w.run();
  CHECK(one->get()->getf(caf::abstract_actor::is_terminated_flag));
}

TEST_CASE("parked requests are answered when the last handle is released") {
  world w;
  auto r = [&] {
    const stable_ref<echo> ref{w.system};
    return w.me->request(ref.handle(), caf::infinite, caf::get_atom_v);
  }();
  REQUIRE(w.me->has_next_message());
  r.receive([](std::uint64_t) { FAIL("answered"); },
            [](const caf::error& e) { CHECK(e == caf::sec::request_receiver_down); });
}

TEST_CASE("the actor of a reference ends with the last copy, whatever handles remain") {
  world w;
  auto ref = std::make_unique<stable_ref<echo>>(w.system);
  const auto handle = ref->handle();
  const auto one = spawn_echo(w);
  ref->bind(one);
  auto copy = std::make_unique<stable_ref_base>(*ref);
  ref.reset();
  w.me->monitor(handle);
  auto before = w.me->request(handle, caf::infinite, caf::get_atom_v);
  w.run();
  before.receive([&](std::uint64_t id) { CHECK(id == one->id()); },
                 [](const caf::error& e) { FAIL(describe(e)); });
  copy.reset();
  REQUIRE(w.me->has_next_message());
  w.me->receive([&](const caf::down_msg& end) { CHECK(end.source == handle); });
  auto after = w.me->request(handle, caf::infinite, caf::get_atom_v);
  after.receive([](std::uint64_t) { FAIL("answered"); },
                [](const caf::error& e) { CHECK(e == caf::sec::request_receiver_down); });
  kill(one);
}

TEST_CASE("a reference in CAF's registry, as publishing puts it there, ends with its last copy") {
  world w;
  {
    const stable_ref<echo> ref{w.system};
    w.system.registry().put(ref.actor()->id(), ref.actor());
    CHECK(w.system.registry().get(ref.actor()->id()) != nullptr);
  }
  {
    const stable_ref<echo> ref{w.system};
    const auto id = ref.actor()->id();
    w.system.registry().put(id, ref.actor());
    auto copy = ref;
    copy = stable_ref<echo>{w.system};
    CHECK(w.system.registry().get(id) != nullptr);
  }
}

TEST_CASE_FIXTURE(real_system, "a thread reaches each restarted actor through its reference") {
  const stable_ref<echo> ref{system};
  supervisor_spec spec;
  spec.intensity = 1'000'000;
  spec.children.push_back({.id = "a", .start = start_shell<test_worker>(), .ref = ref});
  const auto t = tree::start(system, "app", spec, {.report = {}});
  REQUIRE(t);
  caf::scoped_actor me{system};
  std::uint64_t last = 0;
  for (int round = 0; round < 500; ++round) {
    bool fresh = false;
    scalesmall::await_success("the next incarnation", [&] {
      me->request(ref.handle(), 30s, caf::get_atom_v)
          .receive([&](std::uint64_t id) { fresh = id != std::exchange(last, id); },
                   [](const caf::error& e) { REQUIRE(e == caf::sec::request_receiver_down); });
      return fresh;
    });
    signal_exit(ref.actor(), caf::make_error(caf::exit_reason::kill));
  }
  CHECK(t->stop());
}
