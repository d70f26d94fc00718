#include "messages/peer_address.hpp"

#include <string>

#include <doctest/doctest.h>

namespace scalesmall {

TEST_CASE("an address and a name are written with their port") {
  CHECK(to_string(peer_address{"fe80::1", 2}) == "[fe80::1]:2");
  CHECK(to_string(peer_address{"a.example", 2}) == "a.example:2");
  CHECK(parse_peer_address("[fe80::1]:2").value() == peer_address{"fe80::1", 2});
  CHECK(parse_peer_address("a.example:2").value() == peer_address{"a.example", 2});
  CHECK(parse_peer_address(std::string(64, 'x') + ":5").error() == fault::bad_address);
  CHECK(parse_peer_address("a").error() == fault::bad_port);
}

TEST_CASE("a zone belongs to a link-local address") {
  CHECK(to_string(parse_scoped_address("fe80::1%eth0").value()) == "fe80::1");
  CHECK(to_string(parse_scoped_address("10.0.0.1").value()) == "10.0.0.1");
  for (const auto text : {"fd00::1%eth0", "10.0.0.1%eth0", "fe80::1%", "%eth0", "eth0"})
    CHECK_FALSE(parse_scoped_address(text).has_value());
}

}  // namespace scalesmall
