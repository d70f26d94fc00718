#include "actors/inbound/connection_eviction.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace scalesmall;

TEST_CASE("the oldest silent connection is closed first, then the oldest") {
  connection_eviction open;
  std::vector<std::shared_ptr<std::atomic<bool>>> spoke;
  for (connection_eviction::number n = 0; n < 5; ++n)
    open.add(n, spoke.emplace_back(std::make_shared<std::atomic<bool>>(n % 2 == 0)));
  open.remove(1);
  CHECK(open.size() == 4);
  CHECK(open.take_one_to_close() == 3);
  CHECK(open.take_one_to_close() == 0);
  *spoke[2] = true;
  CHECK(open.take_one_to_close() == 2);
  CHECK(open.take_one_to_close() == 4);
  CHECK(open.take_one_to_close() == std::nullopt);
}
