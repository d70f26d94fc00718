#include "apps/config/peer_address.hpp"

#include <string>

#include <doctest/doctest.h>

namespace scalesmall {

TEST_CASE("peers resolve: numeric ones without a name service, localhost to loopback") {
  CHECK(to_string(resolve({"10.0.0.1", 5}).value()) == "10.0.0.1:5");
  CHECK(to_string(resolve({"fe80::1", 5}).value()) == "[fe80::1]:5");
  CHECK(resolve({"localhost", 5}).value().address.is_loopback());
  CHECK(resolve({std::string(64, 'x'), 5}).error() == fault::bad_address);
  CHECK(to_string(peer_address{"fe80::1", 2}) == "[fe80::1]:2");
  CHECK(to_string(peer_address{"a.example", 2}) == "a.example:2");
}

}  // namespace scalesmall
