#include "net/sockets/interface_index.hpp"

#include <net/if.h>

#include <doctest/doctest.h>

using namespace scalesmall;

TEST_CASE("an address has the index of its interface, and 0 without one") {
  CHECK(interface_index(ip_address::v4(127, 0, 0, 1)) == ::if_nametoindex("lo"));
  CHECK(interface_index(ip_address::v4(192, 0, 2, 1)) == 0U);
  CHECK(interface_index(*parse_ip_address("2001:db8::7")) == 0U);
}
