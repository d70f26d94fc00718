#include "apps/config/config_file.hpp"

#include <vector>

#include <doctest/doctest.h>

namespace scalesmall {

TEST_CASE("a file has one setting a line, blanks and comments do not count") {
  CHECK(parse_config("").value().empty());
  CHECK(parse_config("# ours\nport = 1\n\n  a=b = c # d  \n e =").value() ==
        std::vector<setting>{{"port", "1", 2}, {"a", "b = c # d", 4}, {"e", "", 5}});
}

TEST_CASE("a line without a name is named by its number") {
  CHECK(parse_config("a = 1\n port 2 \n").error() == bad_line{2, "port 2"});
  CHECK(parse_config(" = 1").error() == bad_line{1, "= 1"});
}

}  // namespace scalesmall
