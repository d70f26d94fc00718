#include <system_error>
#include <vector>

#include <doctest/doctest.h>

#include "tests/net/sockets/network_world.hpp"

using namespace scalesmall;

TEST_CASE("multicast works over IPv6, on the interface with the given address") {
  asio_world in;
  probe events{in.events};
  auto options = in.group();
  options.group.address = parse_ip_address("ff15::4711").value();
  // The interface is an IPv4 address.
  CHECK(in.net().multicast(options, {}).error() == std::errc::invalid_argument);
  options.interface = parse_ip_address("2001:db8::9").value();
  CHECK(in.net().multicast(options, {}).error() == std::errc::no_such_device);
  options.interface = parse_ip_address("::1").value();
  const auto port = in.net().multicast(options, events.owner());
  if (!port || (*port)->send(bytes{1})) {
    MESSAGE("skipped: this machine has no IPv6 multicast on its loopback");
    return;
  }
  (*port)->grant(1);
  CHECK(in.until([&] { return events.copy().chunks == std::vector<bytes>{bytes{1}}; }));
}

TEST_CASE("datagrams to another group do not come in") {
  asio_world in;
  const auto options = in.group();
  auto other = options;
  other.group.address = ip_address::v4(239, 255, 71, 8);
  probe here{in.events};
  probe there{in.events};
  const auto a = in.net().multicast(options, here.owner()).value();
  const auto b = in.net().multicast(other, there.owner()).value();
  a->grant(10);
  b->grant(10);
  CHECK_FALSE(a->send(bytes{1}));
  CHECK_FALSE(b->send(bytes{2}));
  CHECK(
      in.until([&] { return here.copy().chunks.size() == 1 && there.copy().chunks.size() == 1; }));
  in.settle();
  CHECK(here.copy().chunks == std::vector<bytes>{bytes{1}});
  CHECK(there.copy().chunks == std::vector<bytes>{bytes{2}});
}
