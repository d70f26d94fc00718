#include "apps/config/listen_address.hpp"

#include <doctest/doctest.h>

namespace scalesmall {

namespace {

own_address address_at(const std::string& interface, const std::string& address,
                       bool running = true, bool routed = false) {
  return {interface, *parse_ip_address(address), running, routed};
}

std::string chosen(const std::vector<own_address>& from) {
  const auto one = choose_address(from);
  return one ? to_string(one->address) : "none";
}

}  // namespace

TEST_CASE("without a word a node takes the address of the default route") {
  CHECK(chosen({address_at("eth0", "10.0.0.2"), address_at("eth1", "10.0.1.2", true, true)}) ==
        "10.0.1.2");
  CHECK(chosen({address_at("eth0", "10.0.0.2"), address_at("eth1", "10.0.1.2")}) == "10.0.0.2");
  CHECK(chosen({address_at("eth0", "fd00::2"), address_at("eth1", "10.0.1.2")}) == "10.0.1.2");
  CHECK(chosen({address_at("eth0", "fd00::2", true, true), address_at("eth1", "10.0.1.2")}) ==
        "fd00::2");
  CHECK(chosen({address_at("br0", "10.0.0.2")}) == "10.0.0.2");
}

TEST_CASE("an address without a carrier, of one link or of a container manager is not taken") {
  CHECK(chosen({address_at("docker0", "172.17.0.1"), address_at("eth0", "10.0.0.2")}) ==
        "10.0.0.2");
  CHECK(chosen({address_at("eth0", "169.254.7.7"), address_at("eth1", "10.0.0.2")}) == "10.0.0.2");
  CHECK(chosen({}) == "none");
  for (const auto& x :
       {address_at("eth0", "10.0.0.2", false), address_at("eth0", "169.254.7.7"),
        address_at("eth0", "fe80::1"), address_at("docker0", "172.17.0.1"),
        address_at("br-0123456789ab", "172.18.0.1"), address_at("virbr0", "192.168.122.1"),
        address_at("cni0", "10.244.0.1"), address_at("veth12", "10.1.1.1")}) {
    CAPTURE(x.interface);
    CHECK(chosen({x}) == "none");
  }
}

TEST_CASE("candidates are named with their interfaces") {
  CHECK(list_of({}) == "none");
  const std::vector<own_address> two{address_at("eth0", "10.0.0.2"),
                                     address_at("docker0", "172.17.0.1", false)};
  CHECK(list_of(two) == "10.0.0.2 (eth0), 172.17.0.1 (docker0, no carrier)");
}

TEST_CASE("loopback is no candidate, and no interface broadcasts to it") {
  for (const auto& x : own_addresses()) CHECK_FALSE(x.address.is_loopback());
  CHECK_FALSE(is_own_broadcast(ip_address::v4(127, 0, 0, 1)));
}

}  // namespace scalesmall
