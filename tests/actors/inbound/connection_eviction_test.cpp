#include "actors/inbound/connection_eviction.hpp"

#include <chrono>
#include <vector>

#include <doctest/doctest.h>

#include "tests/at.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;

namespace {

struct connections {
  connection_record& add(connection_eviction::number n) {
    records.push_back(std::make_shared<connection_record>(at(std::chrono::seconds{n})));
    open.add(n, records.back());
    return *records.back();
  }

  connection_eviction open;
  std::vector<std::shared_ptr<connection_record>> records = {};
};

}  // namespace

TEST_CASE("the oldest silent connection is closed first, then the oldest") {
  connections x{{0, 100}};
  for (connection_eviction::number n = 0; n < 5; ++n) x.add(n).spoke = n % 2 == 0;
  x.open.remove(1);
  CHECK(x.open.size() == 4);
  CHECK(x.open.take_one_to_close() == 3);
  CHECK(x.open.take_one_to_close() == 0);
  x.records[2]->spoke = true;
  CHECK(x.open.take_one_to_close() == 2);
  CHECK(x.open.take_one_to_close() == 4);
  CHECK(x.open.take_one_to_close() == std::nullopt);
}

TEST_CASE("of connections that all have spoken the one that is idle for longest is closed") {
  connections x{{2, 100}};
  for (connection_eviction::number n = 0; n < 3; ++n) x.add(n).spoke = true;
  x.records[0]->used_at = at(10s);
  CHECK(x.open.take_one_to_close() == 1);
  CHECK(x.open.take_one_to_close() == std::nullopt);
}

TEST_CASE("strangers have so many connections at most, and peers keep theirs") {
  connections x{{100, 3}};
  for (connection_eviction::number n = 0; n < 10; ++n) {
    auto& peer = x.add(n);
    peer.spoke = peer.reached = true;
    CHECK(x.open.take_one_to_close() == std::nullopt);
  }
  for (connection_eviction::number n = 10; n < 13; ++n) {
    x.add(n);
    CHECK(x.open.take_one_to_close() == std::nullopt);
  }
  x.add(13);
  CHECK(x.open.take_one_to_close() == 10);
  x.records[11]->reached = true;
  x.add(14);
  CHECK(x.open.take_one_to_close() == std::nullopt);
  CHECK(x.open.size() == 14);
}

TEST_CASE("a stranger makes room for a peer") {
  connections x{{2, 2}};
  x.add(0).reached = true;
  x.add(1).spoke = true;
  x.add(2).reached = true;
  CHECK(x.open.take_one_to_close() == 1);
}
