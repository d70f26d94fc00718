#include <algorithm>
#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "actors/node_access.hpp"
#include "actors/node_context.hpp"
#include "messages/limits.hpp"
#include "tests/node/stranger.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nth;

TEST_CASE("a host that opens many silent connections does not keep others out") {
  world w;
  w.start(1);
  w.start(2, {nth(1)});
  REQUIRE(serves(w));
  const auto most = std::min(limits::incoming_connections_max - 1,
                             node_access::context(w[1]).strangers_connections_max);
  const auto over = static_cast<std::ptrdiff_t>(limits::incoming_connections_max + 100 - most);
  std::vector<std::unique_ptr<stranger>> many;
  for (std::size_t i = 0; i < limits::incoming_connections_max + 100; ++i)
    many.push_back(std::make_unique<stranger>(w));
  w.advance(10ms);
  const auto gone = std::ranges::count_if(many, [](const auto& x) { return x->gone; });
  CHECK(gone >= over - 1);
  CHECK(gone <= over + 9);
  CHECK(many.front()->gone);
  CHECK_FALSE(many.back()->gone);
  CHECK(w[1].counts().connections_crowded_out.load() >= 100);

  w.start(3, {nth(1)});
  REQUIRE(w.join(3, "g"));
  w.advance(2s);
  CHECK(w.agree({1, 2, 3}, "g"));
  CHECK(serves(w));
}
