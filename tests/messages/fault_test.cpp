#include <cstddef>
#include <scalesmall/fault.hpp>
#include <scalesmall/result.hpp>
#include <set>
#include <string_view>

#include <doctest/doctest.h>

using namespace scalesmall;

TEST_CASE("every fault has a name of its own") {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < fault_count; ++i) names.insert(to_string(static_cast<fault>(i)));
  CHECK(names.size() == fault_count);
  CHECK(names.count("unknown") == 0);
  CHECK(to_string(static_cast<fault>(fault_count)) == "unknown");
}

TEST_CASE("a result holds a value or a fault, and throws when asked for the other") {
  const result<int> good = 5;
  CHECK(good);
  CHECK(*good == 5);
  CHECK_THROWS(static_cast<void>(good.error()));
  const result<int> bad = fault::truncated;
  CHECK_FALSE(bad);
  CHECK(bad.error() == fault::truncated);
  CHECK_THROWS(static_cast<void>(bad.value()));
  CHECK(good == result<int>{5});
  CHECK_FALSE(good == bad);
}
