#include <memory>
#include <optional>
#include <scalesmall/node_view.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <doctest/doctest.h>

#include "tests/node/loopback.hpp"
#include "tests/node/world.hpp"

using namespace scalesmall;

TEST_CASE("a view answers as its node does, and goes on with the last state after the system") {
  std::optional<node_view> view;
  std::optional<routes> route;
  {
    loopback nodes;
    auto& host = nodes.start();
    view = host.view();
    route = view->routes("g");
    CHECK(view->id() == host.id());
    REQUIRE(host.add_items("g", {{{0, 9}, 80}, {{10, 19}, 81}}));
    CHECK(view->owners("g", 5) == host.owners("g", 5));
    CHECK(view->version("g") == host.version("g"));
    CHECK(view->coverage("g").gaps() == host.coverage("g").gaps());
    CHECK(view->topology("g", op::add) == host.topology("g", op::add));
    CHECK(&view->counts() == &host.counts());
  }
  CHECK(view->owners("g", 15).size() == 1);
  CHECK(route->owners(5).size() == 1);
  CHECK(view->members("g") == std::vector{view->id()});
  CHECK(view->my_groups() == std::vector<std::string>{"g"});
  CHECK(view->groups() == view->my_groups());
  CHECK(view->peers().empty());
}

TEST_CASE("a group stands for those that it includes, until it excludes them") {
  loopback nodes;
  auto& host = nodes.start();
  REQUIRE(host.add_item("g", {0, 9}, 80));
  REQUIRE(host.add_item("h", {5, 19}, 81));
  CHECK(host.owners(std::vector<std::string>{"g", "h"}, 7).size() == 2);
  CHECK(host.owners("g", 7).size() == 1);
  REQUIRE(host.include("g", "h"));
  CHECK(host.included("g") == std::vector<std::string>{"h"});
  CHECK(host.owners("g", 7).size() == 2);
  CHECK(host.owners("g", 7, reach::all).size() == 2);
  CHECK(host.owners("g", 15, order::plan).size() == 1);
  CHECK(host.routes("g").owners(15).size() == 1);
  CHECK(host.snapshot().routing("g").size() == 2);
  CHECK(host.coverage("g").keys_served() == 20);
  CHECK(host.groups() == std::vector<std::string>{"g", "h"});
  CHECK(host.include("g", "g").error() == call_error::invalid_argument);
  REQUIRE(host.exclude("g", "h"));
  CHECK(host.owners("g", 15).empty());
  CHECK(host.exclude("g", "h").error() == call_error::not_found);
  CHECK(host.exclude("g", "").error() == call_error::invalid_argument);
}

TEST_CASE("an actor that keeps a view may end after the node") {
  world w;
  w.start(1);
  REQUIRE(w.add_item(1, "g", {0, 9}));
  std::size_t owners = 0;
  const auto asking = w.system().spawn([&, view = w[1].view()](caf::event_based_actor*) {
    return caf::behavior{[&, view](std::uint32_t key) { owners = view.owners("g", key).size(); }};
  });
  w.kill(1);
  caf::anon_send(asking, std::uint32_t{5});
  w.run();
  CHECK(owners == 1);
  caf::anon_send_exit(asking, caf::exit_reason::user_shutdown);
}
