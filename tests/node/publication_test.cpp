#include <scalesmall/publication.hpp>
#include <utility>

#include <caf/typed_actor.hpp>
#include <doctest/doctest.h>

#include "tests/node/two_hosts.hpp"

using namespace scalesmall;

TEST_CASE_FIXTURE(two_hosts, "a published reference is reached until the publication ends") {
  using doubling = caf::typed_actor<caf::replies_to<int>::with<int>>;
  const auto doubler = server.published.emplace_back(server.doubler());
  const supervision::stable_ref<doubling> ref{server.system};
  ref.bind(caf::actor_cast<caf::strong_actor_ptr>(doubler));
  auto made = publication::make(server.system, ref);
  REQUIRE(made);
  CHECK(!publication::make(server.system, ref, made->port()));
  auto mine = std::move(*made);
  CHECK(made->port() == 0);
  REQUIRE(server.self->add_item("g", {0, 99}, mine.port()));
  await_owners(5, 1);
  CHECK(ask(5, 21) == 42);
  mine.end();
  mine.end();
  CHECK(mine.port() == 0);
}

TEST_CASE("nothing is published without CAF's middleman") {
  caf::actor_system_config config;
  caf::actor_system system{config};
  const supervision::stable_ref<caf::actor> ref{system};
  CHECK(publication::make(system, ref).error().text.find("caf::io::middleman") !=
        std::string::npos);
}
