#include <memory>
#include <scalesmall/supervision/listing.hpp>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "supervision/detail/table_listing.hpp"
#include "tests/supervision/noting_world.hpp"

using namespace scalesmall::supervision;

namespace {

std::shared_ptr<const child_spec> spec_of(const char* id, child_type type) {
  child_spec spec{.id = id};
  spec.type = type;
  return std::make_shared<const child_spec>(spec);
}

caf::strong_actor_ptr any_actor(world& w) {
  return caf::actor_cast<caf::strong_actor_ptr>(w.system.spawn<actor_shell<test_worker>>());
}

/// root: a (restarted once), low: b.
struct nested_tables : world {
  child_table root;
  std::shared_ptr<child_table> below = std::make_shared<child_table>();
  child_ptr a = root.add(spec_of("a", child_type::worker));
  child_ptr low = root.add(spec_of("low", child_type::supervisor));
  child_ptr b = below->add(spec_of("b", child_type::worker));

  nested_tables() {
    for (auto [table, c] : {std::pair{&root, a}, {&root, low}, {below.get(), b}}) {
      table->attach(c, any_actor(*this));
      table->set_state(*c, child_state::running);
    }
    root.set_nested(*low, below);
    root.count_restart(*a);
  }
  nested_tables(const nested_tables&) = delete;
  nested_tables& operator=(const nested_tables&) = delete;
  ~nested_tables() {
    for (const auto& c : {a, low, b}) kill(c->handle);
  }

  [[nodiscard]] std::string text() const { return tree_text(list(root, "app")); }
};

}  // namespace

TEST_CASE_FIXTURE(nested_tables, "a listing shows each supervisor before its children") {
  CHECK(text() ==
        "  a    worker      running, restarted 1x\n"
        "  low  supervisor  running\n"
        "    b  worker      running\n");
  root.set_state(*low, child_state::restarting);
  CHECK(text() ==
        "  a    worker      running, restarted 1x\n"
        "  low  supervisor  restarting\n");
}

TEST_CASE_FIXTURE(nested_tables, "an actor is found by its path below the supervisor") {
  CHECK(find(root, "a") == a->handle);
  CHECK(find(root, "low") == low->handle);
  CHECK(find(root, "low/b") == b->handle);
  for (const auto* nowhere : {"", "b", "a/b", "low/", "low/x", "low/b/c"})
    CHECK(find(root, nowhere) == nullptr);
}
