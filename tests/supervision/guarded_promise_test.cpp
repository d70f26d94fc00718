#include <memory>
#include <scalesmall/supervision/guarded_promise.hpp>
#include <vector>

#include <doctest/doctest.h>

#include "tests/supervision/noting_world.hpp"

using namespace scalesmall::supervision;
using namespace std::chrono_literals;

TEST_CASE_FIXTURE(noting_world, "a request whose promise a dying actor holds is answered at once") {
  const start_function start = [](const start_context& c) -> caf::expected<caf::strong_actor_ptr> {
    return caf::actor_cast<caf::strong_actor_ptr>(
        c.parent.spawn([](caf::event_based_actor* self) -> caf::behavior {
          auto held = std::make_shared<std::vector<guarded_promise<int>>>();
          return {[self, held](caf::get_atom) {
            auto p = self->make_response_promise<int>();
            held->emplace_back(p);
            return p;
          }};
        }));
  };
  const auto t = launch(with({.id = "keeper", .start = start}));
  auto r = me->request(caf::actor_cast<caf::actor>(t.find("app/keeper")), caf::infinite,
                       caf::get_atom_v);
  run();
  CHECK_FALSE(me->has_next_message());
  kill(t.find("app/keeper"));
  run();
  REQUIRE(me->has_next_message());
  r.receive([](int) { FAIL("answered"); },
            [](const caf::error& e) { CHECK(e == caf::sec::request_receiver_down); });
}
