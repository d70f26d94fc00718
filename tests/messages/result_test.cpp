#include <scalesmall/call_error.hpp>
#include <scalesmall/result.hpp>
#include <string>
#include <utility>

#include <doctest/doctest.h>

using namespace scalesmall;

namespace {

struct error_with_text {
  std::string text;
};

struct bare_error {};

}  // namespace

TEST_CASE("value() throws the text of the error") {
  result<int, call_error> failed = call_error::not_found;
  CHECK_THROWS_WITH_AS((void)failed.value(), "not_found", bad_result);
  CHECK_THROWS_WITH((void)*std::as_const(failed), "not_found");
  CHECK_THROWS_WITH((void)*std::move(failed), "not_found");
  CHECK_THROWS_WITH((void)(result<int>{fault::bad_address}.value()), "bad_address");
  const result<int, error_with_text> sentence = error_with_text{"cannot listen"};
  CHECK_THROWS_WITH((void)sentence.value(), "cannot listen");
  const result<int, bare_error> bare = bare_error{};
  CHECK_THROWS_AS((void)bare.value(), std::bad_variant_access);
}

TEST_CASE("a result gives its value, or its error") {
  result<std::string, call_error> made = std::string{"x"};
  CHECK(made.value() == "x");
  CHECK(made->size() == 1);
  CHECK_THROWS_AS((void)made.error(), std::bad_variant_access);
  CHECK(std::move(made).value() == "x");
}
