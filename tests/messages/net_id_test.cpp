#include <functional>
#include <scalesmall/net_id.hpp>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "messages/broadcast_id.hpp"
#include "tests/messages/generators.hpp"

using namespace scalesmall;

TEST_CASE("an address has one text form") {
  CHECK(to_string(ip_address::v4(192, 168, 1, 100)) == "192.168.1.100");
  CHECK(to_string(parse_ip_address("FE80:0:0::1").value()) == "fe80::1");
  CHECK(to_string(parse_ip_address("::ffff:10.0.0.1").value()) == "10.0.0.1");
  for (const auto* bad : {"", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "a.b.c.d", "::g",
                          "fe80::1%eth0", " 1.2.3.4", "[::1]", "localhost",
                          "1111:2222:3333:4444:5555:6666:7777:8888:9999:0000:1111:2222"}) {
    CAPTURE(bad);
    CHECK(parse_ip_address(bad) == result<ip_address>{fault::bad_address});
  }
  CHECK(parse_ip_address(std::string_view{"1.2.3.4\0", 8}) ==
        result<ip_address>{fault::bad_address});
}

TEST_CASE("an address tells whether it is IPv4 and whether it is the loopback") {
  CHECK(ip_address::v4(127, 3, 2, 1).is_loopback());
  CHECK(ip_address::v4(127, 3, 2, 1).is_v4());
  CHECK(parse_ip_address("::1")->is_loopback());
  CHECK_FALSE(parse_ip_address("::1")->is_v4());
  CHECK_FALSE(ip_address::v4(128, 0, 0, 1).is_loopback());
  CHECK_FALSE(ip_address{}.is_v4());
}

TEST_CASE("addresses are ordered by their bytes") {
  CHECK(rc::check("as the arrays are", [](const ip_address& a, const ip_address& b) {
    RC_ASSERT((a <=> b) == (a.bytes <=> b.bytes));
    RC_ASSERT((a == b) == (a.bytes == b.bytes));
    RC_ASSERT(ip_address::from_halves(a.high(), a.low()) == a);
  }));
}

TEST_CASE("a net_id reads what it writes") {
  CHECK(to_string(net_id{ip_address::v4(192, 168, 1, 100), 29999}) == "192.168.1.100:29999");
  CHECK(to_string(net_id{parse_ip_address("fe80::1").value(), 29999}) == "[fe80::1]:29999");
  CHECK(rc::check("any net_id",
                  [](const net_id& x) { RC_ASSERT(parse_net_id(to_string(x)).value() == x); }));
}

TEST_CASE("an invalid net_id is a fault that names the wrong part") {
  for (const auto* bad : {"", "1.2.3.4", "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:-1", "1.2.3.4:0x50",
                          "1.2.3.4:80 ", "1.2.3.4:+80", "[::1]", "[::1]:"}) {
    CAPTURE(bad);
    const auto x = parse_net_id(bad);
    REQUIRE_FALSE(x);
    CHECK((x.error() == fault::bad_port || x.error() == fault::bad_address));
  }
  CHECK(parse_net_id("1.2.3.4:65536").error() == fault::bad_port);
  CHECK(parse_net_id("::1:80").error() == fault::bad_address);
  CHECK(parse_net_id("[1.2.3.4]:80").error() == fault::bad_address);
  CHECK(parse_net_id("host:80").error() == fault::bad_address);
}

TEST_CASE("equal net_ids have equal hashes, neighbours mostly different ones") {
  std::unordered_set<std::size_t> buckets;
  for (std::uint8_t i = 0; i < 200; ++i) {
    const net_id x{ip_address::v4(10, 0, 0, i), 29999};
    CHECK(std::hash<net_id>{}(x) == std::hash<net_id>{}(net_id{x}));
    buckets.insert(std::hash<net_id>{}(x) % 1024);
  }
  // 200 draws out of 1,024 leave about 180 different numbers.
  CHECK(buckets.size() > 150);
}
