#include "messages/codec/net_id_table.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/messages/generators.hpp"

using namespace scalesmall;

namespace {

net_id host(std::uint32_t i) {
  return {ip_address::v4(10, 0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)),
          29999};
}

std::vector<net_id> neighbours(std::uint32_t n) {
  std::vector<net_id> ids;
  for (std::uint32_t i = 0; i < n; ++i) ids.push_back(host(i));
  return ids;
}

bytes written(const net_id_table& x) {
  bytes out;
  byte_writer writer{out};
  x.write(writer);
  return out;
}

}  // namespace

TEST_CASE("a table of neighbouring addresses takes at most 20 bytes") {
  CHECK(written(net_id_table{neighbours(1)}).size() <= 11);
  CHECK(written(net_id_table{neighbours(1'000)}).size() <= 20);
}

TEST_CASE("any ids survive the table") {
  CHECK(rc::check("with their epochs",
                  [](std::vector<net_id> ids, const std::vector<std::uint32_t>& incarnations) {
                    std::sort(ids.begin(), ids.end());
                    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
                    net_id_table table{ids};
                    for (std::size_t i = 0; i < std::min(ids.size(), incarnations.size()); ++i)
                      table.mention(i, incarnations[i]);
                    table.fill_epochs();
                    const auto stored = written(table);
                    byte_reader in{stored};
                    const auto back = net_id_table::read(in);
                    RC_ASSERT(in.ok());
                    RC_ASSERT(in.left() == 0U);
                    RC_ASSERT(back.size() == ids.size());
                    for (std::size_t i = 0; i < ids.size(); ++i) {
                      RC_ASSERT(back[i] == ids[i]);
                      RC_ASSERT(back.epoch(i) == table.epoch(i));
                    }
                  }));
}

TEST_CASE("an epoch is the greatest incarnation; an id without one takes the greatest of all") {
  net_id_table table{neighbours(3)};
  table.mention(1, 7);
  table.mention(1, 5);
  table.mention(2, 9);
  table.fill_epochs();
  CHECK(table.epoch(0) == 9);
  CHECK(table.epoch(1) == 7);
  CHECK(table.epoch(2) == 9);
}

TEST_CASE("an id is found from where the search begins") {
  const net_id_table table{neighbours(100)};
  CHECK(table.position_of(host(0), 0) == 0);
  CHECK(table.position_of(host(1), 0) == 1);
  CHECK(table.position_of(host(99), 0) == 99);
  CHECK(table.position_of(host(99), 99) == 99);
  CHECK_THROWS_AS(static_cast<void>(table.position_of(host(5), 6)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(table.position_of(host(100), 0)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(net_id_table{}.position_of(host(0), 0)), std::invalid_argument);
}

TEST_CASE("the union of ascending lists holds each id once") {
  CHECK(rc::check("however many lists", [](std::vector<std::vector<net_id>> lists) {
    net_id_union together;
    std::vector<net_id> expected;
    for (auto& list : lists) {
      std::sort(list.begin(), list.end());
      together.add(list, [](const net_id& x) -> const net_id& { return x; });
      expected.insert(expected.end(), list.begin(), list.end());
    }
    std::sort(expected.begin(), expected.end());
    expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
    RC_ASSERT(together.take() == expected);
  }));
}
