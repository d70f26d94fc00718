#include <doctest/doctest.h>

#include "tests/supervision/noting_world.hpp"

using namespace scalesmall::supervision;
using namespace std::chrono_literals;

TEST_CASE("a supervisor binds a reference at each start and refuses when it stops the child") {
  world w;
  const stable_ref<echo> ref{w.system};
  const stable_ref<echo> deep{w.system};
  supervisor_spec low;
  low.children.push_back({.id = "deep", .start = start_shell<test_worker>(), .ref = deep});
  supervisor_spec root;
  root.intensity = 10;
  root.children.push_back({.id = "a", .start = start_shell<test_worker>(), .ref = ref});
  root.children.push_back(supervisor_child("low", low));
  const auto t = w.launch("app", root);
  const auto ask = [&](const echo& to) { return w.ask<std::uint64_t>(to, 1s, caf::get_atom_v); };
  const auto first = ask(ref.handle());
  REQUIRE(first);
  kill(t->find("app/a"));
  w.run();
  const auto second = ask(ref.handle());
  REQUIRE(second);
  CHECK(*second != *first);
  // A restart of a supervisor binds the references of its children again.
  const auto before = ask(deep.handle());
  kill(t->find("app/low"));
  w.run();
  const auto again = ask(deep.handle());
  REQUIRE(before);
  REQUIRE(again);
  CHECK(*again != *before);

  REQUIRE(w.ask<caf::ok_atom>(t->actor(), 10s, terminate_child{"a"}));
  CHECK(ask(ref.handle()).error() == caf::sec::request_receiver_down);
  REQUIRE(w.ask<caf::strong_actor_ptr>(t->actor(), 1s, restart_child{"a"}));
  CHECK(ask(ref.handle()));
  REQUIRE(w.ask<caf::ok_atom>(t->actor(), 10s, terminate_child{"low"}));
  CHECK(ask(deep.handle()).error() == caf::sec::request_receiver_down);

  t->request_stop();
  w.run();
  REQUIRE(t->ended());
  CHECK(ask(ref.handle()).error() == caf::sec::request_receiver_down);
}
