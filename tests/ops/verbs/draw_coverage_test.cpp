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

TEST_CASE_FIXTURE(routing_fixture, "by plan, equal neighbours are one line, and loads are drawn") {
  // Slots of 4; two members serve the first two, one the third, which the other loads.
  const auto slot = [](std::uint32_t i) { return key_range{i << 30, (i << 30) + 0x3fffffff}; };
  for (const std::uint32_t i : {0U, 1U, 2U})
    node.items["s"].push_back({{node.id(), slot(i), op::add, 80}, {5, 1}});
  for (const std::uint32_t i : {0U, 1U})
    node.items["s"].push_back({{other, slot(i), op::add, 81}, {5, 1}});
  node.planned = group_plan{2, 4};
  node.planned->loads = {{slot(2), other}, {slot(3), other}};
  const auto asked = run("coverage s");
  for_people();
  const std::string sixteen(16, '#');
  const std::string none(16, ' ');
  const auto drawn = run("coverage s").get<std::string>();
  CHECK(drawn == "127.0.0.1:29999 |" + sixteen + sixteen + sixteen + none + "|\n" +
                     "127.0.0.1:30000 |" + sixteen + sixteen + std::string(32, 'O') + "|\n" +
                     "nobody          |" + none + none + none + std::string(16, 'X') + "|\n" +
                     "too few         |" + none + none + std::string(32, 'X') +
                     "|\n"
                     "75.0 % of all keys have an owner; 1 gap, 2 ranges with fewer than 2 owners, "
                     "2 loads\n"
                     "0..2147483647           127.0.0.1:29999 port 80, 127.0.0.1:30000 port 81\n"
                     "2147483648..3221225471  127.0.0.1:29999 port 80, 127.0.0.1:30000 (loading); "
                     "1 of 2\n"
                     "3221225472..4294967295  nobody, 127.0.0.1:30000 (loading); 0 of 2");
  CHECK(coverage_text(asked) == drawn + '\n');
  REQUIRE(asked.size() == 4);
  CHECK(asked[2].dump() == R"({"start":2147483648,"end":3221225471,"members":1,"owners":)"
                           R"([{"member":"127.0.0.1:29999","port":80}],)"
                           R"("loading":["127.0.0.1:30000"],"replicas":2})");
}

TEST_CASE_FIXTURE(routing_fixture, "loads cut a piece, and unreachable owners are told by plan") {
  const coverage all{{}, routing_index{{{other, {0, 99}, 81}}}};
  const planned_coverage plan{1, {{{10, 19}, node.id()}}};
  std::vector<std::uint64_t> starts;
  for (const auto& x : pieces_of(all, plan)) starts.push_back(x.what.range.start_range);
  CHECK(starts == std::vector<std::uint64_t>{0, 10, 20, 100});
  const auto drawn = draw_coverage(all, plan);
  CHECK(drawn.find("10..19                  127.0.0.1:30000 port 81 (unreachable), "
                   "127.0.0.1:29999 (loading); 0 of 1") != std::string::npos);
  CHECK(drawn.find("1 range of unreachable members alone") != std::string::npos);
}

}  // namespace scalesmall
