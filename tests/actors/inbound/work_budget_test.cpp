#include "actors/inbound/work_budget.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace scalesmall;

TEST_CASE("strangers share a budget and take nothing from peers that were reached") {
  constexpr std::size_t megabyte = 1024 * 1024;
  work_budget all;
  std::vector<work_budget::room> taken;
  while (auto room = all.take(megabyte, work_kind::relay, standing::stranger))
    taken.push_back(std::move(room));
  CHECK(taken.size() == limits::strangers_work_bytes_max / megabyte);
  CHECK_FALSE(all.take(1, work_kind::relay, standing::elsewhere));
  CHECK(all.take(limits::work_bytes_max, work_kind::relay, standing::reached));
  const auto copy = taken.back();
  taken.pop_back();
  CHECK_FALSE(all.take(megabyte, work_kind::relay, standing::stranger));
  taken.pop_back();
  CHECK(all.take(megabyte, work_kind::relay, standing::stranger));
}

TEST_CASE("rows that stay for long take nothing from answers") {
  work_budget all;
  const auto rows =
      all.take(limits::strangers_work_bytes_max, work_kind::relay, standing::stranger);
  CHECK_FALSE(all.take(1, work_kind::relay, standing::stranger));
  CHECK(all.take(limits::strangers_work_bytes_max, work_kind::answer, standing::stranger));
}

TEST_CASE("what is larger than a whole share goes alone") {
  work_budget all;
  const auto large = all.take(10 * limits::work_bytes_max, work_kind::relay, standing::reached);
  CHECK(large);
  CHECK_FALSE(all.take(1, work_kind::relay, standing::reached));
}
