#include <memory>
#include <scalesmall/expected.hpp>
#include <scalesmall/net_id.hpp>
#include <scalesmall/node.hpp>
#include <scalesmall/supervision/exit_reason.hpp>
#include <system_error>
#include <type_traits>

#include <doctest/doctest.h>

using namespace scalesmall;

TEST_CASE("a value becomes a value of CAF, and `done` becomes nothing") {
  const auto id = to_expected(parse_net_id("10.0.0.1:7"));
  REQUIRE(id);
  CHECK(id->port == 7);
  const auto carried_out = to_expected(result<done, call_error>{done{}});
  static_assert(std::is_same_v<decltype(carried_out), const caf::expected<void>>);
  CHECK(carried_out);
}

TEST_CASE("a value that cannot be copied is moved") {
  result<std::unique_ptr<int>, node_error> made{std::make_unique<int>(4)};
  const auto moved = to_expected(std::move(made));
  REQUIRE(moved);
  CHECK(**moved == 4);
}

TEST_CASE("an error of a call stays what actors are answered with") {
  const auto failed = to_expected(result<done, call_error>{call_error::timeout});
  REQUIRE_FALSE(failed);
  CHECK(failed.error() == call_error::timeout);
  CHECK(to_expected(result<int, call_error>{call_error::not_found}).error() ==
        make_error(call_error::not_found));
}

TEST_CASE("any other error keeps its text") {
  const auto started =
      to_expected(result<int, node_error>{node_error{"no port is free", std::error_code{}}});
  REQUIRE_FALSE(started);
  CHECK(started.error() == caf::sec::runtime_error);
  CHECK(supervision::describe(started.error()) == "no port is free");
  CHECK(supervision::describe(to_expected(parse_ip_address("here")).error()) == "bad_address");
}
