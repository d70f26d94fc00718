#include "ops/verbs/draw_coverage.hpp"

#include <cstdint>
#include <string>

#include <doctest/doctest.h>

#include "tests/ops/verbs/routing_fixture.hpp"

namespace scalesmall {

TEST_CASE_FIXTURE(routing_fixture, "coverage as text is a drawing") {
  for_people();
  const std::string sixteen(16, '#');
  const std::string none(16, ' ');
  CHECK(run("coverage g") == "127.0.0.1:29999 |" + sixteen + sixteen + none + none + "|\n" +
                                 "127.0.0.1:30000 |" + none + sixteen + sixteen + none + "|\n" +
                                 "nobody          |" + none + none + none + std::string(16, 'X') +
                                 "|\n"
                                 "75.0 % of all keys have an owner; 1 gap, 1 overlap\n"
                                 "0..1073741823           127.0.0.1:29999 port 80\n"
                                 "1073741824..2147483647  127.0.0.1:29999 port 80, "
                                 "127.0.0.1:30000 port 81\n"
                                 "2147483648..3221225471  127.0.0.1:30000 port 81\n"
                                 "3221225472..4294967295  nobody");
}

TEST_CASE_FIXTURE(routing_fixture, "a column that is partly served has its own mark") {
  for_people();
  run("add_item small 5 9 80");
  const auto drawn = run("coverage small").get<std::string>();
  CHECK(drawn.starts_with("127.0.0.1:29999 |+" + std::string(63, ' ') + "|\nnobody          |x" +
                          std::string(63, 'X') + "|\n0.0 % of all keys"));
}

TEST_CASE_FIXTURE(routing_fixture, "only the first ones of many members are drawn") {
  for_people();
  for (std::uint16_t i = 0; i < 40; ++i)
    node.items["many"].push_back({{{other.address, i}, {i, i}, op::add, 1}, {5, 1}});
  const auto drawn = run("coverage many").get<std::string>();
  CHECK(drawn.find("127.0.0.1:31 ") != std::string::npos);
  CHECK(drawn.find("\nand 8 members more\nnobody") != std::string::npos);
  CHECK(drawn.find("127.0.0.1:32 |") == std::string::npos);
}

}  // namespace scalesmall
