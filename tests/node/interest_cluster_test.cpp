// Clusters in which a narrow node is interested in a hundredth of a group. Most run on loopback.

#include <algorithm>
#include <scalesmall/node.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <doctest/doctest.h>

#include "net/sockets/asio_network.hpp"
#include "net/sockets/io_thread.hpp"
#include "tests/node/await_group.hpp"
#include "tests/node/undisturbed.hpp"
#include "tests/node/world.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nth;

namespace {

constexpr std::uint32_t ranges = 1'000;
constexpr std::uint32_t width = 1'000;
constexpr key_range wanted{400 * width, 410 * width - 1};  // a hundredth

key_range range_of(std::uint32_t n) { return {n * width, (n + 1) * width - 1}; }

class cluster {
public:
  undisturbed_node start() {
    node_config config;
    config.listen.port = 0;
    config.multicast = false;
    config.liveness = false;  // its probes are no bytes of the group
    node_environment environment;
    environment.net = net_;
    auto started = node::start(system_, config, environment);
    REQUIRE(started);
    return undisturbed_node{started->release()};
  }

  /// True once the node knows this many served ranges of the group.
  static bool comes_to(node& x, std::size_t served) {
    return comes_to_hold(x, "g", [&] { return x.topology("g", op::add).size() == served; });
  }

private:
  caf::actor_system_config settings_;
  caf::actor_system system_{settings_};
  std::shared_ptr<network> net_ = std::make_shared<asio_network>(std::make_shared<io_thread>());
};

}  // namespace

// On virtual time idle nodes make the same exchanges on every machine. In the cases below they do
// not.
TEST_CASE("a hundredth of a group costs a tenth of the bytes at most") {
  world w;
  w.prepare = [](node_config& config, node_environment&) { config.liveness = false; };
  w.start(1);
  w.start(2);
  REQUIRE(w.join(1, "g"));
  REQUIRE(w.join(2, "g", {nth(1)}));
  const auto serve = [&](std::uint32_t from, std::uint32_t to) {
    for (auto n = from; n < to; ++n) {
      REQUIRE(w.add_item(n % 2 == 0 ? 1 : 2, "g", range_of(n)));
      w.advance(1ms);
    }
  };
  serve(0, ranges / 2);
  w.start(3);
  REQUIRE(w.join(3, "g", {nth(1)}, wanted));
  w.start(4);
  REQUIRE(w.join(4, "g", {nth(1)}));
  w.advance(1s);
  serve(ranges / 2, ranges);
  w.advance(1s);
  REQUIRE(w[4].topology("g", op::add).size() == ranges);
  REQUIRE(w[3].topology("g", op::add).size() == 10);

  const auto received = [&](std::uint8_t n) { return w[n].counts().bytes_received.load(); };
  MESSAGE("held: ", w[3].topology("g").size(), " of ", w[4].topology("g").size(),
          " items; received: ", received(3), " of ", received(4), " bytes");
  CHECK(w[3].topology("g").size() * 100 <= w[4].topology("g").size() * 3);
  CHECK(received(3) * 10 <= received(4));
}

TEST_CASE("a node with a hundredth of a group gets few bytes and is not taken for complete") {
  cluster group;
  const auto first = group.start();
  const auto second = group.start();
  REQUIRE(first->join("g"));
  REQUIRE(second->join("g", {first->id()}));
  const auto serve = [&](std::uint32_t from, std::uint32_t to) {
    for (auto n = from; n < to; ++n)
      REQUIRE((n % 2 == 0 ? first : second)->add_item("g", range_of(n), 80));
  };
  serve(0, ranges / 2);
  REQUIRE(cluster::comes_to(*first, ranges / 2));

  const auto narrow = group.start();
  const auto wide = group.start();
  REQUIRE(narrow->join("g", {first->id()}, wanted));
  REQUIRE(wide->join("g", {first->id()}));
  REQUIRE(cluster::comes_to(*narrow, 10));
  REQUIRE(cluster::comes_to(*wide, ranges / 2));
  serve(ranges / 2, ranges);
  REQUIRE(cluster::comes_to(*wide, ranges));
  REQUIRE(cluster::comes_to(*first, ranges));

  const auto received = [](const node& x) { return x.counts().bytes_received.load(); };
  const auto held = narrow->topology("g").size();
  const auto bytes = received(*narrow);
  MESSAGE("held: ", held, " of ", wide->topology("g").size(), " items; received: ", bytes, " of ",
          received(*wide), " bytes");
  CHECK(held * 100 <= wide->topology("g").size() * 3);
  CHECK(bytes * 10 <= received(*wide));
  CHECK(narrow->members("g") == wide->members("g"));
  CHECK(narrow->members("g").size() == 4);

  // A change within the interest comes at once. One outside it leaves no gap before the next.
  REQUIRE(first->remove_item("g", range_of(400), 80));
  CHECK(cluster::comes_to(*narrow, 9));
  REQUIRE(first->remove_item("g", range_of(600), 80));
  REQUIRE(first->remove_item("g", range_of(402), 80));
  CHECK(cluster::comes_to(*narrow, 8));

  // A newcomer that joins through the narrow node learns everything all the same.
  const auto newcomer = group.start();
  REQUIRE(newcomer->join("g", {narrow->id()}));
  CHECK(cluster::comes_to(*newcomer, ranges - 3));

  // The narrow node learns the rest once its interest grows.
  REQUIRE(narrow->join("g"));
  CHECK(cluster::comes_to(*narrow, ranges - 3));
}

TEST_CASE("a newcomer is announced together with what its neighbour changes itself") {
  world w;
  w.start(1);
  REQUIRE(w.join(1, "g", {}, {0, 99}));
  w.start(2, {nth(1)});
  REQUIRE(w.join(2, "g", {nth(1)}, {10, 19}));
  w.advance(3s, 5ms);
  REQUIRE(w.add_item(1, "g", {11, 11}));  // so that what follows waits
  w.start(3, {nth(1)});
  REQUIRE(w.join(3, "g", {nth(1)}, {10, 19}));
  REQUIRE(w.add_item(1, "g", {12, 12}));
  w.advance(1s, 5ms);
  CHECK(w[2].members("g") == std::vector{nth(1), nth(2), nth(3)});
  CHECK(w[2].topology("g", op::add).size() == 2);
  for (const std::uint8_t n : {1, 2, 3}) {
    for (const auto& entry : w[n].tree()) CHECK(entry.restarts == 0);
  }
}

TEST_CASE("members of disjoint parts know each other as members") {
  cluster group;
  const auto first = group.start();
  REQUIRE(first->join("g", {}, {0, 99}));
  std::vector<undisturbed_node> others;
  std::vector<net_id> all{first->id()};
  for (std::uint32_t n = 1; n < 5; ++n) {
    auto& x = others.emplace_back(group.start());
    REQUIRE(x->join("g", {first->id()}, {100 * n, 100 * n + 99}));
    all.push_back(x->id());
  }
  std::ranges::sort(all);
  const auto agree = [&](const std::vector<net_id>& who) {
    const auto knows = [&](node& x) {
      return comes_to_hold(x, "g", [&] { return x.members("g") == who; });
    };
    return knows(*first) && std::ranges::all_of(others, [&](const auto& x) { return knows(*x); });
  };
  CHECK(agree(all));
  for (const auto& x : others) CHECK(x->topology("g").size() == 1);

  REQUIRE(others[0]->leave("g"));
  std::erase(all, others[0]->id());
  CHECK(agree(all));

  // A program message to the group reaches all members.
  countdown got;
  const auto handler = others[1]->on_message("tag", [&](const auto&) { got.count_down(); });
  REQUIRE(handler);
  REQUIRE(others[2]->broadcast("g", "tag", bytes{1}));
  CHECK(got.reached());
}
