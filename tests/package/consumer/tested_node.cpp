#include <scalesmall/testing/world.hpp>

int main() {
  scalesmall::testing::world world;
  world.start(1);
  world.start(2, {world.address(1)});
  if (!world.add_item(1, "g", {0, 9}) || !world.join(2, "g")) return 1;
  world.advance(std::chrono::seconds{3});
  return world.agree({1, 2}, "g") && world[2].owners("g", 5).size() == 1 ? 0 : 1;
}
