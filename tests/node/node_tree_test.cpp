#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/node/world.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nodes;
using names::nth;

namespace {

std::vector<std::string> workers(const node& host) {
  std::vector<std::string> paths;
  for (const auto& entry : host.tree()) {
    if (entry.kind == supervision::child_type::worker) paths.push_back(entry.path);
  }
  return paths;
}

}  // namespace

TEST_CASE("any worker may crash on a node in use") {
  world w;
  for (std::uint8_t n = 1; n <= 3; ++n) w.start(n, nodes({1}), n != 3);
  for (std::uint8_t n = 1; n <= 3; ++n) REQUIRE(w.add_item(n, "g", {n, n}));
  w.advance(2s);
  REQUIRE(w.agree({1, 2, 3}, "g"));
  const auto own = w[2].topology("g");
  const auto peers = w[2].peers();
  std::uint32_t next = 100;
  for (const auto& path : workers(w[2])) {
    CAPTURE(path);
    const bool temporary = path.find('#') != path.npos || path.find("outgoing/") != path.npos;
    const auto known = w[2].topology("g");
    if (!w.crash(2, path)) {
      CHECK(temporary);  // ended with its connection meanwhile
      continue;
    }
    w.run();
    const auto again = workers(w[2]);
    if (!temporary) CHECK(std::find(again.begin(), again.end(), path) != again.end());
    CHECK(w[2].topology("g") == known);
    CHECK(w[2].peers() == peers);

    REQUIRE(w.add_item(2, "g", {next, next}));
    w.advance(100ms);
    ++next;
    for (const std::uint8_t n : {1, 3}) CHECK(served(w, n, "g") == served(w, 2, "g"));
    w.advance(6s);  // so that the restarts stay within the intensity
  }
  CHECK(served(w, 2, "g") == 3 + next - 100);
  for (const auto& claim : own) {
    const auto now = w[2].topology("g");
    CHECK(std::find(now.begin(), now.end(), claim) != now.end());
  }
  CHECK(w.failures.empty());
}

TEST_CASE("more crashes than the intensity allows escalate") {
  world w;
  w.start(1);
  const auto restarts = [&](const std::string& path) -> std::uint64_t {
    for (const auto& entry : w[1].tree()) {
      if (entry.path == path) return entry.restarts;
    }
    return 99;
  };
  const auto crash_often = [&](const std::string& path) {
    for (int i = 0; i < 4; ++i) {
      w.crash(1, path);
      w.run();
    }
  };
  crash_often("group_manager/chatter/peer_db");
  CHECK(restarts("group_manager/chatter") == 1);
  CHECK(restarts("group_manager/chatter/peer_db") == 0);
  CHECK(w.failures.empty());

  crash_often("group_manager/topology_db");
  REQUIRE(w.failures.contains(1));
  CHECK(w.failures[1].find("gave up") != std::string::npos);
  CHECK(w.join(1, "g").error() == call_error::unavailable);
}
