// Nodes, most of them real ones over loopback, one of which is interested in a hundredth of a
// group.

#include <algorithm>
#include <scalesmall/node.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <doctest/doctest.h>

#include "net/sockets/asio_network.hpp"
#include "net/sockets/io_thread.hpp"
#include "tests/node/await_group.hpp"
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
  std::unique_ptr<node> start() {
    node_config config;
    config.listen.port = 0;
    config.multicast = false;
    node_environment environment;
    environment.net = net_;
    auto started = node::start(system_, config, environment);
    REQUIRE(started);
    return std::move(*started);
  }

  /// Whether the node comes to know as many ranges of the group as that.
  static bool comes_to(node& x, std::size_t served) {
    return comes_to_hold(x, "g", [&] { return x.topology("g", op::add).size() == served; });
  }

private:
  caf::actor_system_config settings_;
  caf::actor_system system_{settings_};
  std::shared_ptr<network> net_ = std::make_shared<asio_network>(std::make_shared<io_thread>());
};

}  // namespace

// What idle nodes ask each other meanwhile is the same on every machine here, but not below.
TEST_CASE("a hundredth of a group costs a tenth of the bytes at most") {
  world w;
  w.start(1);
  w.start(2);
  REQUIRE(w.join(1, "g"));
  REQUIRE(w.call(2, join_group{"g", {nth(1)}}));
  const auto serve = [&](std::uint32_t from, std::uint32_t to) {
    for (auto n = from; n < to; ++n) {
      REQUIRE(w.add(n % 2 == 0 ? 1 : 2, "g", range_of(n)));
      w.advance(1ms);
    }
  };
  serve(0, ranges / 2);
  w.start(3);
  REQUIRE(w.call(3, join_group{"g", {nth(1)}, wanted}));
  w.start(4);
  REQUIRE(w.call(4, join_group{"g", {nth(1)}}));
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

TEST_CASE("a hundredth of a group costs little and passes for no more") {
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

  // A change that concerns it comes at once, and one that does not leaves no gap before the next.
  REQUIRE(first->remove_item("g", range_of(400), 80));
  CHECK(cluster::comes_to(*narrow, 9));
  REQUIRE(first->remove_item("g", range_of(600), 80));
  REQUIRE(first->remove_item("g", range_of(402), 80));
  CHECK(cluster::comes_to(*narrow, 8));

  // Who turns to it first learns all the same.
  const auto newcomer = group.start();
  REQUIRE(newcomer->join("g", {narrow->id()}));
  CHECK(cluster::comes_to(*newcomer, ranges - 3));

  // Wanting more, it learns more.
  REQUIRE(narrow->join("g"));
  CHECK(cluster::comes_to(*narrow, ranges - 3));
}

TEST_CASE("members of disjoint parts know each other as members") {
  cluster group;
  const auto first = group.start();
  REQUIRE(first->join("g", {}, {0, 99}));
  std::vector<std::unique_ptr<node>> others;
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

  // What a program tells the group reaches all of them.
  countdown got;
  const auto handler = others[1]->on_message("tag", [&](const auto&) { got.count_down(); });
  REQUIRE(handler);
  REQUIRE(others[2]->broadcast("g", "tag", bytes{1}));
  CHECK(got.reached());
}
