#include "supervision/detail/exit_signal.hpp"

#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "tests/supervision/noting_world.hpp"

using namespace scalesmall::supervision;
using namespace std::chrono_literals;

TEST_CASE_FIXTURE(noting_world, "an exit signal overtakes the messages in the mailbox") {
  auto handled = std::make_shared<int>(0);
  const start_function start =
      [handled](const start_context& c) -> caf::expected<caf::strong_actor_ptr> {
    return caf::actor_cast<caf::strong_actor_ptr>(
        c.parent.spawn([handled](caf::event_based_actor*) -> caf::behavior {
          return {[handled](int) { ++*handled; }};
        }));
  };
  const auto t = launch(with({.id = "busy", .start = start, .restart = restart_type::temporary}));
  const auto busy = caf::actor_cast<caf::actor>(t.find("app/busy"));
  for (const auto* how : {"exit", "kill"}) {
    CAPTURE(how);
    *handled = 0;
    const auto target = caf::actor_cast<caf::actor>(*ask<caf::strong_actor_ptr>(
        t.actor(), 1s,
        start_child{{.id = how, .start = start, .restart = restart_type::temporary}}));
    for (int i = 0; i < 1000; ++i) caf::anon_send(target, i);
    signal_exit(caf::actor_cast<caf::strong_actor_ptr>(target),
                how == std::string{"kill"} ? caf::make_error(caf::exit_reason::kill)
                                           : caf::make_error(caf::exit_reason::user_shutdown));
    run();
    CHECK(*handled < 10);
    CHECK(t.find(std::string{"app/"} + how) == nullptr);
  }
}
