#include "apps/config/plain_value.hpp"

#include <doctest/doctest.h>

namespace scalesmall {

TEST_CASE("blanks and quotes at both ends do not belong to a value") {
  for (const auto source : {value_source::command_line, value_source::text}) {
    CHECK(plain_value("  a b\t", source).value() == "a b");
    CHECK(plain_value("\"a b\"", source).value() == "a b");
    CHECK(plain_value("'a # b'", source).value() == "a # b");
    CHECK(plain_value("\"\"", source).value().empty());
    CHECK(plain_value("", source).value().empty());
    CHECK(plain_value("a'b", source).value() == "a'b");
    CHECK(plain_value("a#b", source).value() == "a#b");
    CHECK(plain_value("a$1", source).value() == "a$1");
    CHECK(plain_value("5$", source).value() == "5$");
  }
}

TEST_CASE("only a text has comments") {
  CHECK(plain_value("a # b", value_source::command_line).value() == "a # b");
  for (const auto* value : {"a # b", "a\t#b", "a ; b", "a // b", "# a", "\"a\" # b"})
    CHECK(plain_value(value, value_source::text).error().why.find("comment") != std::string::npos);
}

TEST_CASE("a quote without a counterpart and a variable are refused") {
  for (const auto* value : {"\"a", "a\"", "'a", "a'", "\"a'", "\""})
    CHECK_FALSE(plain_value(value, value_source::command_line).has_value());
  for (const auto* value : {"$A", "${A}", "x$(A)", "\"${A}\"", "'$A'", "{{ a }}", "%A%"})
    CHECK(plain_value(value, value_source::command_line).error().why.find("variable") !=
          std::string::npos);
}

}  // namespace scalesmall
