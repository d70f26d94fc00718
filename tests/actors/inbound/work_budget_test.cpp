#include "actors/inbound/work_budget.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace scalesmall;

TEST_CASE("strangers share a budget and take nothing from peers that were reached") {
  constexpr std::size_t megabyte = 1024 * 1024;
  work_budget all;
  std::vector<work_budget::room> taken;
  while (auto room = all.take(megabyte, standing::stranger)) taken.push_back(std::move(room));
  CHECK(taken.size() == limits::strangers_work_bytes_max / megabyte);
  CHECK_FALSE(all.take(1, standing::elsewhere));
  CHECK(all.take(limits::work_bytes_max, standing::reached));
  const auto copy = taken.back();
  taken.pop_back();
  CHECK_FALSE(all.take(megabyte, standing::stranger));
  taken.pop_back();
  CHECK(all.take(megabyte, standing::stranger));
}

TEST_CASE("what is larger than a whole share goes alone") {
  work_budget all;
  const auto large = all.take(10 * limits::work_bytes_max, standing::reached);
  CHECK(large);
  CHECK_FALSE(all.take(1, standing::reached));
}
