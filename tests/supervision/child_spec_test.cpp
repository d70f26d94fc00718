#include <chrono>
#include <memory>
#include <scalesmall/supervision/child_spec.hpp>
#include <scalesmall/supervision/supervisor_spec.hpp>
#include <variant>

#include <doctest/doctest.h>

using namespace scalesmall::supervision;
using namespace std::chrono_literals;

TEST_CASE("a worker has five seconds to shut down, a supervisor as long as it takes") {
  child_spec worker{.id = "a"};
  CHECK(effective_shutdown(worker) == shutdown_policy{5000ms});
  CHECK(effective_shutdown(supervisor_child("low", supervisor_spec{})) == infinity);
  worker.shutdown = 20ms;
  CHECK(effective_shutdown(worker) == shutdown_policy{20ms});
}

TEST_CASE("a nested supervisor is a child with a specification or a function that makes one") {
  supervisor_spec low;
  low.intensity = 7;
  const auto fixed = supervisor_child("low", low);
  CHECK(fixed.id == "low");
  CHECK(fixed.type == child_type::supervisor);
  REQUIRE(std::holds_alternative<nested_spec>(fixed.start));
  CHECK(std::get<nested_spec>(fixed.start)->intensity == 7);

  const auto made = supervisor_child("low", init_function{[low] { return low; }});
  CHECK(made.type == child_type::supervisor);
  REQUIRE(std::holds_alternative<init_function>(made.start));
  CHECK(std::get<init_function>(made.start)().intensity == 7);
}
