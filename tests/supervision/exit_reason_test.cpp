#include <scalesmall/supervision/exit_reason.hpp>
#include <string>

#include <caf/exit_reason.hpp>
#include <caf/sec.hpp>
#include <doctest/doctest.h>

using namespace scalesmall::supervision;

namespace {

caf::error with_text(const std::string& text) {
  return caf::make_error(caf::sec::runtime_error, text);
}

}  // namespace

TEST_CASE("an exit is normal, a shutdown or abnormal") {
  CHECK(classify({}) == exit_kind::normal);
  CHECK(classify(caf::make_error(caf::exit_reason::user_shutdown)) == exit_kind::shutdown);
  CHECK(classify(shutdown_because("done")) == exit_kind::shutdown);
  CHECK(classify(caf::make_error(supervisor_error::failed_to_start_child)) == exit_kind::shutdown);
  CHECK(classify(caf::make_error(supervisor_error::parent_died)) == exit_kind::abnormal);
  CHECK(classify(caf::make_error(caf::exit_reason::kill)) == exit_kind::abnormal);
  CHECK(classify(with_text("boom")) == exit_kind::abnormal);
}

TEST_CASE("a want of resources is told from other failures, also below a supervisor") {
  const auto lacks = caf::make_error(supervisor_error::out_of_resources, std::string{"no thread"});
  CHECK(is_for_want_of_resources(lacks));
  CHECK(classify(lacks) == exit_kind::abnormal);
  const auto start_of = [](const caf::error& why) {
    return caf::make_error(supervisor_error::failed_to_start_child, std::string{"a"}, why);
  };
  CHECK(is_for_want_of_resources(start_of(lacks)));
  CHECK(is_for_want_of_resources(start_of(start_of(lacks))));
  for (const auto& other :
       {caf::error{}, with_text("no thread"), start_of(with_text("no thread")),
        caf::make_error(supervisor_error::failed_to_start_child), shutdown_because("no thread")})
    CHECK_FALSE(is_for_want_of_resources(other));
}

TEST_CASE("a reason is described on one line") {
  CHECK(describe({}) == "normal");
  CHECK(describe(caf::make_error(caf::exit_reason::kill)) == "kill");
  CHECK(describe(with_text("two\nlines\r")) == "two lines ");
  CHECK(describe(shutdown_because("done")) == "shutdown: done");
  CHECK(describe(caf::make_error(supervisor_error::failed_to_start_child, std::string{"a"},
                                 with_text("port in use"))) ==
        "failed to start child: a: port in use");
  CHECK(describe(caf::make_error(caf::sec::request_timeout, 5)) == "request_timeout: 5");
  CHECK(to_string(supervisor_error{255}) == "unknown error");
}

TEST_CASE("caf::to_string of an error of this library has its name") {
  const auto plain = caf::make_error(supervisor_error::not_found);
  CHECK(caf::to_string(plain).find("not found") != std::string::npos);
  CHECK(describe(plain) == "not found");
  const auto because = shutdown_because("not found");
  CHECK(caf::to_string(because).find("shutdown") != std::string::npos);
  CHECK(describe(because) == "shutdown: not found");
  const caf::error converted = supervisor_error::stuck;
  CHECK(converted == supervisor_error::stuck);
  CHECK(converted == caf::make_error(supervisor_error::stuck, 7));
  CHECK(converted != supervisor_error::running);
  CHECK(describe(caf::error{static_cast<std::uint8_t>(supervisor_error::stuck),
                            caf::atom("supervisor"), caf::make_message(std::string{"x"})}) ==
        "stuck: x");
}
