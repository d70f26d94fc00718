#include <atomic>
#include <cstdint>
#include <map>
#include <scalesmall/counters.hpp>
#include <set>
#include <string>

#include <doctest/doctest.h>

using namespace scalesmall;

TEST_CASE("every counter has a name of its own") {
  const counters none;
  std::set<std::string> names;
  for (const auto& [name, value] : to_pairs(none)) {
    CHECK(names.insert(name).second);
    CHECK(value == 0);
  }
  CHECK(names.size() == sizeof(counters) / sizeof(std::atomic<std::uint64_t>));
}

TEST_CASE("faults are counted by their reason") {
  counters x;
  x.count(fault::wrong_cluster);
  x.count(fault::wrong_cluster);
  ++x.bytes_sent;
  const auto pairs = to_pairs(x);
  const std::map<std::string, std::uint64_t> by_name{pairs.begin(), pairs.end()};
  CHECK(by_name.at("fault_" + std::string{to_string(fault::wrong_cluster)}) == 2);
  CHECK(by_name.at("fault_" + std::string{to_string(fault::bad_magic)}) == 0);
  CHECK(by_name.at("bytes_sent") == 1);
}
