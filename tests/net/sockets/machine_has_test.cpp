#include "net/sockets/machine_has.hpp"

#include <net/if.h>

#include <doctest/doctest.h>

using namespace scalesmall;

TEST_CASE("a machine has its own addresses only") {
  CHECK(machine_has(ip_address::v4(127, 0, 0, 1)) == true);
  CHECK(machine_has(ip_address::v4(127, 0, 0, 77)) == true);
  CHECK(machine_has(ip_address{}) == true);
  CHECK(machine_has(ip_address::v4(192, 0, 2, 1)) == false);
  CHECK(machine_has(*parse_ip_address("fe80::dead:beef"), ::if_nametoindex("lo")) == false);
}
