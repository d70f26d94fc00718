#include "apps/config/listen_address.hpp"

#include <doctest/doctest.h>

namespace scalesmall {

TEST_CASE("a node listens on loopback unless it has an address or a key file") {
  options x;
  CHECK(to_string(listen_address(x)) == "127.0.0.1");
  x.accept_plain = true;
  CHECK(to_string(listen_address(x)) == "127.0.0.1");
  x.key_file = "k";
  // Whatever interfaces this machine has, it is an address of one of them.
  CHECK(listen_address(x).is_v4());
  x.address = ip_address::v4(10, 0, 0, 1);
  CHECK(to_string(listen_address(x)) == "10.0.0.1");
}

}  // namespace scalesmall
