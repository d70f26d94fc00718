// Strangers that tell what is not so.

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/node/stranger.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nth;

TEST_CASE("claims about other members are merged by their clocks, about this node never") {
  world w;
  w.start(1);
  w.start(2, {nth(1)});
  REQUIRE(w.add(1, "g", {1, 2}));
  w.advance(10ms);
  const auto mine = w[1].topology("g");
  REQUIRE(mine.size() == 2);
  stranger x{w};
  auto lie = mine[1];
  lie.at.counter += 50;
  lie.item.port = 666;
  x.say(frame_with({{nth(9), 1}, {}, {}, {nth(2)}, {{"g", {{nth(1), lie.at}}, {lie}}}, {}}));
  w.advance(2s);
  for (const std::uint8_t n : {1, 2}) {
    const auto served = w[n].topology("g", op::add);
    REQUIRE(served.size() == 1);
    CHECK(served[0].item == mine[1].item);
  }
}

TEST_CASE("who sends under the number of another takes none of its messages away") {
  world w;
  w.start(1);
  w.start(2, {nth(1)});
  REQUIRE(w.join(1, "g"));
  REQUIRE(w.join(2, "g"));
  w.advance(3s, 5ms);
  std::vector<std::string> heard;
  w.handle(1, "chat", [&](bytes_view x) { heard.emplace_back(x.begin(), x.end()); });

  const auto life = std::uint64_t{w[2].topology("g").front().at.incarnation} << 32;
  stranger x{w};
  for (const std::uint32_t n : {1U, 2U, 100'000U, UINT32_MAX}) {
    gossip lie;
    lie.current_id = {nth(9), n};
    lie.application = application_batch{{nth(2), life + n}, "g", "chat", {3}, {'l', 'i', 'e'}};
    x.say(frame_with(lie));
  }
  w.run();
  CHECK(heard == std::vector<std::string>(4, "lie"));
  for (const char truth : {'a', 'b'}) {
    REQUIRE(w[2].broadcast("g", "chat", bytes{static_cast<std::uint8_t>(truth)}));
    w.advance(20ms);
  }
  CHECK(std::vector(heard.begin() + 4, heard.end()) == std::vector<std::string>{"a", "b"});
}
