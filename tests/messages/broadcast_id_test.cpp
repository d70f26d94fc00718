#include "messages/broadcast_id.hpp"

#include <doctest/doctest.h>

using namespace scalesmall;

TEST_CASE("broadcasts of one origin are ordered by number") {
  const net_id origin{ip_address::v4(192, 168, 1, 100), 29999};
  CHECK(broadcast_id{origin, 42} < broadcast_id{origin, 1ULL << 32});
  CHECK(to_string(broadcast_id{origin, 42}) == "192.168.1.100:29999#42");
}
