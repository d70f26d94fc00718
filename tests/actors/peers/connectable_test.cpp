#include "actors/peers/connectable.hpp"

#include <doctest/doctest.h>

using namespace scalesmall;

TEST_CASE("no address that is not one machine's is connected to") {
  const auto own = ip_address::v4(10, 0, 0, 1);
  const auto can = [&](std::string_view to) { return is_connectable(own, *parse_net_id(to)); };
  for (const auto* to : {"0.0.0.0:80", "0.1.2.3:80", "224.1.1.1:80", "239.255.255.255:80",
                         "255.255.255.255:80", "[::]:80", "[ff02::1]:80", "10.0.0.2:0"}) {
    CAPTURE(to);
    CHECK_FALSE(can(to));
  }
  CHECK(can("10.0.0.2:80"));
  CHECK(can("[2001:db8::1]:80"));
}

TEST_CASE("only a node on loopback connects to loopback") {
  for (const auto* to : {"127.0.0.1:80", "127.3.2.1:80", "[::1]:80"}) {
    CAPTURE(to);
    CHECK_FALSE(is_connectable(ip_address::v4(10, 0, 0, 1), *parse_net_id(to)));
    CHECK(is_connectable(ip_address::v4(127, 0, 0, 1), *parse_net_id(to)));
  }
}
