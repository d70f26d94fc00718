// Two nodes that do not get along for a reason that an operator must know: both say so.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/net/keys.hpp"
#include "tests/node/stranger.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nodes;
using names::nth;

namespace {

/// Writes down what each node logs.
struct logging_world : world {
  std::map<net_id, std::vector<std::string>> lines;
  /// Changes what the next nodes are started with.
  std::function<void(node_config&, node_environment&)> change = [](auto&, auto&) {};

  logging_world() {
    prepare = [this](node_config& config, node_environment& environment) {
      environment.log = [this, self = config.listen](log_level level, std::string_view text) {
        if (level >= log_level::info) lines[self].emplace_back(text);
      };
      change(config, environment);
    };
  }

  [[nodiscard]] auto times_told(std::uint8_t n, const std::string& part) {
    return std::ranges::count_if(lines[nth(n)],
                                 [&](const auto& x) { return x.find(part) != x.npos; });
  }

  void start_in_cluster(std::uint8_t n, const std::string& cluster, std::vector<net_id> peers) {
    node_config config;
    config.multicast = false;
    config.cluster = cluster;
    config.peers = std::move(peers);
    start_with(n, config);
    REQUIRE(join(n, "g"));
  }

  void start_with_key(std::uint8_t n, const key_ptr& key, std::vector<net_id> peers) {
    change = [key](node_config&, node_environment& environment) {
      environment.keys = std::make_shared<key_store>(key_ring{{key}});
    };
    start_in_cluster(n, "", std::move(peers));
  }
};

}  // namespace

TEST_CASE_FIXTURE(logging_world, "two cluster names are told on both sides, and their end, too") {
  start_in_cluster(1, "blue", {});
  start_in_cluster(2, "green", nodes({1}));
  advance(20s, 10ms);
  CHECK(times_told(1, "10.0.0.2 connects and closes without a word: it has another cluster") == 1);
  CHECK(times_told(2, "10.0.0.1 has another cluster name") == 1);
  kill(2);
  lines.clear();
  start_in_cluster(2, "blue", nodes({1}));
  advance(5s, 10ms);
  CHECK(times_told(1, "what 10.0.0.2 sends can be read now") == 1);
  CHECK(lines[nth(2)].empty());
}

TEST_CASE_FIXTURE(logging_world, "a host that leaves without a word twice is named once") {
  start_in_cluster(1, "", {});
  for (const auto told : {0, 1, 1, 1}) {
    (void)stranger{*this};
    advance(10ms);
    CHECK(times_told(1, "10.0.0.9 connects and closes without a word") == told);
  }
}

TEST_CASE_FIXTURE(logging_world, "two keys are told on both sides, and their end, too") {
  start_with_key(1, keys::nth(1), {});
  start_with_key(2, keys::nth(2), nodes({1}));
  advance(20s, 10ms);
  CHECK(times_told(1, "10.0.0.2 connects and closes without a word: it has another cluster") == 1);
  CHECK(times_told(2, "10.0.0.1 seals with a key that this node does not have") == 1);
  kill(2);
  lines.clear();
  start_with_key(2, keys::nth(1), nodes({1}));
  advance(5s, 10ms);
  CHECK(times_told(1, "what 10.0.0.2 sends can be read now") == 1);
  CHECK(lines[nth(2)].empty());
}

// Each of two nodes at one address makes what are false claims to the other one.
TEST_CASE_FIXTURE(logging_world,
                  "a node says that another is at its address, and when it is over") {
  start_in_cluster(1, "", {});
  REQUIRE(add_item(1, "g", {1, 2}));
  for (std::uint32_t number = 1; number <= 4; ++number) {
    CHECK(times_told(1, "another node is at 10.0.0.1:29999, too") == 0);
    auto other = (*this)[1].topology("g", op::add).front();
    other.at.counter += 100 * number;
    other.item.port = 666;
    stranger relay{*this};
    relay.say(
        frame_with({{nth(9), number}, {}, {}, {}, {{"g", {{nth(1), other.at}}, {other}}}, {}}));
    advance(20s, 10ms);
  }
  CHECK(times_told(1, "another node is at 10.0.0.1:29999, too") == 1);
  CHECK(times_told(1, "no other node is at 10.0.0.1:29999 any more") == 0);
  advance(3min, 10ms);
  CHECK(times_told(1, "no other node is at 10.0.0.1:29999 any more") == 1);
}
