#include "ops/http/percent.hpp"

#include <doctest/doctest.h>

namespace scalesmall {

TEST_CASE("an encoded text is decoded to what was meant") {
  CHECK(percent_decode("a%20b%2Fc%c3%bc") == "a b/c\xc3\xbc");
  CHECK(percent_decode("").value() == "");
  CHECK(percent_decode("a+b") == "a+b");
}

TEST_CASE("a bad encoding is refused") {
  for (const auto* text : {"%", "%2", "%zz", "%+1", "% 1", "a b", "\x1b[0m", "caf\xc3\xa9"}) {
    CAPTURE(text);
    CHECK_FALSE(percent_decode(text));
  }
}

TEST_CASE("each byte survives encoding and decoding") {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  CHECK(percent_decode(percent_encode(all)) == all);
  CHECK(percent_encode("a-b.c_d~/?") == "a-b.c_d~%2F%3F");
}

TEST_CASE("a target is its segments and its parameters, decoded one by one") {
  const auto target = parse_target("/v1/groups/a%2Fb/owners?text=x%26y&all");
  REQUIRE(target);
  CHECK(target->segments == std::vector<std::string>{"v1", "groups", "a/b", "owners"});
  CHECK(target->query ==
        std::vector<std::pair<std::string, std::string>>{{"text", "x&y"}, {"all", ""}});
  CHECK(parse_target("/")->segments == std::vector<std::string>{""});
  CHECK(parse_target("/metrics?")->query.empty());
}

TEST_CASE("a target that is not well encoded, or is no path, is refused") {
  for (const auto* text : {"", "v1", "http://x/", "*", "/%", "/a?%zz=1", "/a?b=%"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_target(text));
  }
}

}  // namespace scalesmall
