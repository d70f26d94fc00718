#include "messages/codec.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/messages/generators.hpp"

using namespace scalesmall;

TEST_CASE("any gossip survives the wire") {
  CHECK(rc::check("decode(encode(x)) == x", [](const gossip& x) {
    const auto back = decode(encode(x));
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == x);
  }));
}
