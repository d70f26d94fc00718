#include <scalesmall/node_config.hpp>

#include <doctest/doctest.h>

using namespace scalesmall;
using namespace std::chrono_literals;

TEST_CASE("the defaults are valid") { CHECK_FALSE(wrong_field({})); }

TEST_CASE("every wrong field is described by a sentence") {
  struct example {
    void (*spoil)(node_config&);
    std::string sentence;
  };
  const std::vector<example> examples{
      {[](auto& x) { x.listen.address = ip_address::v4(0, 0, 0, 0); },
       "listen: \"0.0.0.0:29999\" is not allowed, it must be an address of this machine"},
      {[](auto& x) { x.listen.address = {}; },
       "listen: \"[::]:29999\" is not allowed, it must be an address of this machine"},
      {[](auto& x) { x.listen.address = ip_address::v4(224, 1, 1, 1); },
       "listen: \"224.1.1.1:29999\" is not allowed, it must be an address of this machine"},
      {[](auto& x) { x.multicast_group.address = ip_address::v4(10, 0, 0, 1); },
       "multicast_group: \"10.0.0.1:29999\" is not allowed, it must be a multicast address with a "
       "port 1..65535"},
      {[](auto& x) { x.multicast_group.port = 0; },
       "multicast_group: \"224.1.1.1:0\" is not allowed, it must be a multicast address with a "
       "port 1..65535"},
      {[](auto& x) { x.listen.address = parse_ip_address("::1").value(); },
       "multicast_group: \"224.1.1.1:29999\" is not allowed, it must be of the same family as "
       "listen"},
      {[](auto& x) { x.multicast_ttl = -1; },
       "multicast_ttl: \"-1\" is not allowed, it must be 0 to 255"},
      {[](auto& x) { x.multicast_ttl = 256; },
       "multicast_ttl: \"256\" is not allowed, it must be 0 to 255"},
      {[](auto& x) {
         x.peers = {{ip_address::v4(10, 0, 0, 1), 0}};
       },
       "peers: \"10.0.0.1:0\" is not allowed, it must be an address of a machine with a port "
       "1..65535"},
      {[](auto& x) {
         x.peers = {{ip_address::v4(0, 0, 0, 0), 1}};
       },
       "peers: \"0.0.0.0:1\" is not allowed, it must be an address of a machine with a port "
       "1..65535"},
      {[](auto& x) {
         x.named_peers = {{"", 1}};
       },
       "named_peers: \":1\" is not allowed, it must be a name of 1 to 253 bytes with a port "
       "1..65535"},
      {[](auto& x) {
         x.named_peers = {{std::string(254, 'x'), 1}};
       },
       "named_peers: \"" + std::string(254, 'x') +
           ":1\" is not allowed, it must be a name of 1 to 253 bytes with a port 1..65535"},
      {[](auto& x) {
         x.named_peers = {{"host", 0}};
       },
       "named_peers: \"host:0\" is not allowed, it must be a name of 1 to 253 bytes with a port "
       "1..65535"},
      {[](auto& x) { x.cluster = "a\nb"; },
       "cluster: \"a\nb\" is not allowed, it must be empty or 1 to 255 bytes of UTF-8 without "
       "control characters"},
      {[](auto& x) {
         x.items = {{"g", {0, 9}, 0}};
       },
       "items: \"g 0..9 0\" is not allowed, it must be a group's name, a range and a port "
       "1..65535"},
      {[](auto& x) {
         x.items = {{"g", {9, 0}, 80}};
       },
       "items: \"g 9..0 80\" is not allowed, it must be a group's name, a range and a port "
       "1..65535"},
      {[](auto& x) {
         x.items = {{"scalesmall.live", {0, 9}, 80}};
       },
       "items: \"scalesmall.live 0..9 80\" is not allowed, it must be a group's name, a range and "
       "a "
       "port 1..65535"},
      {[](auto& x) { x.message_bytes_max = 0; },
       "message_bytes_max: \"0\" is not allowed, it must be 1 to 4194304 bytes"},
      {[](auto& x) { x.message_bytes_max = 4'194'305; },
       "message_bytes_max: \"4194305\" is not allowed, it must be 1 to 4194304 bytes"},
      {[](auto& x) { x.open_requests_max = 0; },
       "open_requests_max: \"0\" is not allowed, it must be 1 to 100000"},
      {[](auto& x) { x.open_requests_max = 100'001; },
       "open_requests_max: \"100001\" is not allowed, it must be 1 to 100000"},
      {[](auto& x) { x.connect_timeout = 0ms; },
       "connect_timeout: \"0 ms\" is not allowed, it must be 1 ms to 3650 days"},
      {[](auto& x) { x.incoming_idle = -1ms; },
       "incoming_idle: \"-1 ms\" is not allowed, it must be 1 ms to 3650 days"},
      {[](auto& x) { x.outgoing_idle = 0ms; },
       "outgoing_idle: \"0 ms\" is not allowed, it must be 1 ms to 3650 days"},
      {[](auto& x) { x.outgoing_idle = x.incoming_idle; },
       "outgoing_idle: \"60000 ms\" is not allowed, it must be less than incoming_idle"},
      {[](auto& x) { x.announcement_window = -1ms; },
       "announcement_window: \"-1 ms\" is not allowed, it must be 0 ms to 3650 days"},
      {[](auto& x) { x.grace = std::chrono::milliseconds::max(); },
       "grace: \"9223372036854775807 ms\" is not allowed, it must be 1 ms to 3650 days"},
      {[](auto& x) { x.forget = 999ms; },
       "forget: \"999 ms\" is not allowed, it must be 1000 ms to 3650 days"},
  };
  for (const auto& x : examples) {
    node_config config;
    x.spoil(config);
    CHECK(wrong_field(config) == x.sentence);
  }
}

TEST_CASE("if multicast is off, its group may be of another address family") {
  node_config config;
  config.listen.address = parse_ip_address("::1").value();
  config.multicast = false;
  CHECK_FALSE(wrong_field(config));
}
