#include "supervision/detail/child_table.hpp"

#include <any>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/supervision/noting_world.hpp"

using namespace scalesmall::supervision;

namespace {

std::shared_ptr<const child_spec> spec_of(const char* id) {
  return std::make_shared<const child_spec>(child_spec{.id = id});
}

std::vector<std::string> ids(const std::vector<child_ptr>& children) {
  std::vector<std::string> found;
  for (const auto& c : children) found.push_back(c->id);
  return found;
}

}  // namespace

TEST_CASE("children stop in the reverse of their start order") {
  child_table table;
  const auto a = table.add(spec_of("a"));
  table.add(spec_of("b"));
  table.add(spec_of("c"));
  CHECK(ids(table.in_start_order()) == std::vector<std::string>{"a", "b", "c"});
  table.move_to_end(a);
  CHECK(ids(table.in_start_order()) == std::vector<std::string>{"b", "c", "a"});
  CHECK(ids(table.in_stop_order()) == std::vector<std::string>{"a", "c", "b"});
  table.remove(a);
  CHECK(a->removed);
  CHECK(table.size() == 2);
  CHECK(table.find("a") == nullptr);
  CHECK(table.find("b") != nullptr);
}

TEST_CASE("instances of a template are numbered and found by their actors") {
  world w;
  child_table table;
  const auto one = table.add_instance(spec_of("t"), std::any{1});
  const auto two = table.add_instance(spec_of("t"), std::any{2});
  CHECK(ids(table.in_start_order()) == std::vector<std::string>{"#1", "#2"});
  CHECK(table.find("#1") == nullptr);
  const auto actor =
      caf::actor_cast<caf::strong_actor_ptr>(w.system.spawn<actor_shell<test_worker>>());
  table.attach(two, actor);
  CHECK(table.find(actor->id()) == two);
  table.detach(*two, child_state::stopped);
  CHECK(table.find(actor->id()) == nullptr);
  CHECK(two->handle == nullptr);
  CHECK(std::any_cast<int>(one->argument) == 1);
  kill(actor);
}
