#include <cstddef>
#include <initializer_list>
#include <scalesmall/supervision/should_restart.hpp>

#include <doctest/doctest.h>

using namespace scalesmall::supervision;

TEST_CASE("should_restart: all nine cases") {
  using enum exit_kind;
  for (const auto kind : {normal, shutdown, abnormal}) {
    CHECK(should_restart(restart_type::permanent, kind));
    CHECK(should_restart(restart_type::transient, kind) == (kind == abnormal));
    CHECK_FALSE(should_restart(restart_type::temporary, kind));
  }
}

TEST_CASE("should_shut_down: significant children only, the first or the last of them") {
  for (const auto mode :
       {auto_shutdown::never, auto_shutdown::any_significant, auto_shutdown::all_significant}) {
    for (const std::size_t left : {0U, 1U, 7U}) {
      CHECK_FALSE(should_shut_down(mode, false, left));
      CHECK(should_shut_down(mode, true, left) ==
            (mode == auto_shutdown::any_significant ||
             (mode == auto_shutdown::all_significant && left == 0)));
    }
  }
}
