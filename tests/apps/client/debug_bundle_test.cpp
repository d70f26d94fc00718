#include "apps/client/debug_bundle.hpp"

#include <doctest/doctest.h>

namespace scalesmall {

TEST_CASE("a file of a tar archive has a header and whole blocks") {
  const auto entry = tar_entry("a.json", "{}\n", 8);
  REQUIRE(entry.size() == 1'024);
  CHECK(entry.starts_with(std::string_view{"a.json\0", 7}));
  CHECK(entry.substr(100, 7) == "0000600");
  CHECK(entry.substr(124, 11) == "00000000003");
  CHECK(entry.substr(136, 11) == "00000000010");
  CHECK(entry.substr(257, 5) == "ustar");
  CHECK(entry.substr(512, 3) == "{}\n");
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < 512; ++i)
    sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(entry[i]);
  CHECK(std::stoull(entry.substr(148, 6), nullptr, 8) == sum);
  CHECK(tar_entry("a", "", 0).size() == 512);
  CHECK(tar_entry("a", std::string(512, 'x'), 0).size() == 1'024);
  CHECK(tar_end() == std::string(1'024, '\0'));
}

}  // namespace scalesmall
