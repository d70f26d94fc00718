#include "net/sockets/host_addresses.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace scalesmall;

TEST_CASE("an address in digits needs no name service") {
  CHECK(host_addresses("10.0.0.1", 5) == std::vector<net_id>{{ip_address::v4(10, 0, 0, 1), 5}});
  CHECK(host_addresses("::1", 5) == std::vector<net_id>{*parse_net_id("[::1]:5")});
}

TEST_CASE("a name has all its addresses, each once, or none") {
  const auto found = host_addresses("localhost", 5);
  REQUIRE_FALSE(found.empty());
  CHECK(std::ranges::all_of(
      found, [](const net_id& x) { return x.address.is_loopback() && x.port == 5; }));
  auto sorted = found;
  std::ranges::sort(sorted);
  CHECK(std::ranges::adjacent_find(sorted) == sorted.end());
  CHECK(host_addresses(std::string(64, 'x'), 5).empty());  // a label has at most 63 bytes
}
