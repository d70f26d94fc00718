#include <new>
#include <scalesmall/supervision/adopt.hpp>
#include <scalesmall/supervision/start_actor.hpp>
#include <stdexcept>
#include <string>
#include <system_error>

#include <caf/event_based_actor.hpp>
#include <doctest/doctest.h>

#include "tests/supervision/noting_world.hpp"

using namespace scalesmall::supervision;
using namespace std::chrono_literals;

namespace {

caf::behavior failing(caf::event_based_actor* self, const std::string& text, bool adopted) {
  if (adopted) adopt(self);
  return {[text](caf::get_atom) -> int { throw std::runtime_error{text}; }};
}

class adopted_class : public caf::event_based_actor {
public:
  adopted_class(caf::actor_config& config, int answer)
      : event_based_actor(config), answer_(answer) {
    adopt(*this);
  }
  caf::behavior make_behavior() override {
    return {[this](caf::get_atom) { return answer_; },
            [](caf::put_atom) { throw std::runtime_error{"no room"}; }};
  }

private:
  int answer_;
};

}  // namespace

TEST_CASE_FIXTURE(noting_world, "an adopted actor reports the text of its exception") {
  const auto t =
      launch(with({.id = "a", .start = start_actor(failing, std::string{"boom"}, true)}));
  caf::anon_send(caf::actor_cast<caf::actor>(t.find("app/a")), caf::get_atom_v);
  run();
  CHECK(told("failed app/a: boom"));
  CHECK(told("restarted app/a"));
  CHECK(t.crash("app/a"));
  run();
  CHECK(told("failed app/a: crash of app/a requested"));
}

TEST_CASE_FIXTURE(noting_world, "CAF alone drops the text of an exception") {
  const auto t =
      launch(with({.id = "a", .start = start_actor(failing, std::string{"boom"}, false)}));
  caf::anon_send(caf::actor_cast<caf::actor>(t.find("app/a")), caf::get_atom_v);
  run();
  CHECK(told("failed app/a: runtime_error"));
}

TEST_CASE_FIXTURE(noting_world, "start_class starts actors of a class, each with the arguments") {
  const auto t = launch(with({.id = "a", .start = start_class<adopted_class>(42)}));
  for (int round = 0; round < 2; ++round) {
    const auto actor = caf::actor_cast<caf::actor>(t.find("app/a"));
    CHECK(ask<int>(actor, 1s, caf::get_atom_v) == 42);
    caf::anon_send(actor, caf::put_atom_v);
    run();
    CHECK(told("failed app/a: no room"));
  }
}

TEST_CASE_FIXTURE(noting_world,
                  "the text of an exception is in the exit reason and the report; each child "
                  "counts its restarts") {
  const auto t = launch(with({.id = "a", .start = start_shell<test_worker>()}));
  CHECK(t.crash("app/a"));
  CHECK_FALSE(t.crash("app/b"));
  run();
  CHECK(told("failed app/a: crash of app/a requested"));
  CHECK(told("restarted app/a"));
  const auto entries = t.list();
  REQUIRE(entries.size() == 3);
  CHECK(entries[1].restarts == 0);
  CHECK(entries[2].path == "app/a");
  CHECK(entries[2].restarts == 1);
}

TEST_CASE("what the system lacks for a moment is an exit reason of its own") {
  const auto reason_of = [](const auto& x) { return detail::error_of(std::make_exception_ptr(x)); };
  using std::errc;
  for (const auto passing :
       {errc::resource_unavailable_try_again, errc::not_enough_memory, errc::too_many_files_open,
        errc::too_many_files_open_in_system, errc::no_buffer_space, errc::no_space_on_device,
        errc::network_down, errc::network_unreachable, errc::host_unreachable,
        errc::address_not_available}) {
    const std::system_error x{std::make_error_code(passing), "so"};
    CHECK(describe(reason_of(x)) == "out of resources: " + std::string{x.what()});
  }
  CHECK(is_for_want_of_resources(reason_of(std::bad_alloc{})));
  CHECK_FALSE(is_for_want_of_resources(
      reason_of(std::system_error{std::make_error_code(errc::invalid_argument)})));
  CHECK_FALSE(is_for_want_of_resources(reason_of(std::runtime_error{"no memory"})));
}
