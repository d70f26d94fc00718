#include "actors/keeper.hpp"

#include <filesystem>
#include <memory>
#include <mutex>
#include <scalesmall/node.hpp>
#include <string>
#include <unistd.h>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <doctest/doctest.h>

#include "tests/support/temporary_directory.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

/// One node after the other on real threads, with one state directory and one address.
class lives {
public:
  lives() {
    // An address of the loopback network that no other test is at.
    const auto number = static_cast<unsigned>(::getpid());
    config.listen = {ip_address::v4(127, 77, static_cast<std::uint8_t>(number >> 8),
                                    static_cast<std::uint8_t>(number | 1)),
                     0};
    config.multicast = false;
    config.state_directory = directory / "state";
  }

  /// Ends the present life and begins the next one.
  node& begin() {
    host_.reset();
    node_environment surroundings;
    surroundings.log = [this](log_level level, std::string_view line) {
      const std::scoped_lock lock{mutex_};
      if (level >= log_level::warning) warnings_.emplace_back(line);
    };
    auto started = node::start(system_, config, surroundings);
    REQUIRE(started);
    config.listen = (*started)->id();
    host_ = std::move(*started);
    return *host_;
  }

  std::vector<std::string> warnings() {
    const std::scoped_lock lock{mutex_};
    return warnings_;
  }

  const temporary_directory directory;
  node_config config;

private:
  std::mutex mutex_;
  std::vector<std::string> warnings_;
  caf::actor_system_config settings_;
  caf::actor_system system_{settings_};
  std::unique_ptr<node> host_;
};

std::vector<key_range> ranges_of(const node& x, const std::string& group) {
  std::vector<key_range> all;
  for (const auto& claim : x.topology(group, op::add)) all.push_back(claim.item.range);
  return all;
}

using kept_ranges = std::vector<key_range>;
const std::vector<net_id> no_peers_named;

}  // namespace

TEST_CASE("what a node was asked to keep outlives it, and nothing else does") {
  lives x;
  {
    auto& first = x.begin();
    REQUIRE(first.join("wanted", no_peers_named, {5, 9}, keep::yes));
    REQUIRE(first.join("lost"));
    REQUIRE(first.add_item("g", {0, 9}, 80, keep::yes));
    REQUIRE(first.add_item("g", {10, 19}, 80));
    REQUIRE(first.add_items("h", {{{0, 9}, 80}, {{10, 19}, 81}, {{20, 29}, 82}}, keep::yes));
  }
  {
    auto& second = x.begin();
    CHECK(second.my_groups() == std::vector<std::string>{"g", "h", "wanted"});
    CHECK(second.topology("wanted").front().item.range == key_range{5, 9});
    CHECK(ranges_of(second, "g") == kept_ranges{{0, 9}});
    CHECK(ranges_of(second, "h") == kept_ranges{{0, 9}, {10, 19}, {20, 29}});
    REQUIRE(second.remove_item("h", {0, 9}, 80));
    REQUIRE(second.set_items("h", {{{10, 19}, 81}, {{30, 39}, 80}}, keep::yes));
    REQUIRE(second.leave("g"));
  }
  auto& third = x.begin();
  CHECK(third.my_groups() == std::vector<std::string>{"h", "wanted"});
  CHECK(ranges_of(third, "h") == kept_ranges{{10, 19}, {30, 39}});
  CHECK(x.warnings().empty());
}

TEST_CASE("each life of a node has a greater incarnation, also within one second") {
  lives x;
  std::uint32_t last = 0;
  for (int life = 0; life < 3; ++life) {
    const auto claim = x.begin().add_item("g", {0, 9}, 80, keep::yes);
    REQUIRE(claim);
    CHECK(claim->at.incarnation > last);
    last = claim->at.incarnation;
  }
}

TEST_CASE("a node that leaves because it stops makes its kept claims again") {
  lives x;
  x.config.on_stop = claims_at_stop::left;
  REQUIRE(x.begin().add_item("g", {0, 9}, 80, keep::yes));
  CHECK(ranges_of(x.begin(), "g") == kept_ranges{{0, 9}});
}

TEST_CASE("the claims of the configuration are made at each start, and are not kept") {
  lives x;
  x.config.state_directory.clear();
  SUBCASE("without a state directory") {}
  SUBCASE("with one") { x.config.state_directory = x.directory / "state"; }
  x.config.items = {{"g", {0, 9}, 80}, {"g", {10, 19}, 81}, {"h", {0, 0}, 82}};
  for (int life = 0; life < 2; ++life) {
    auto& host = x.begin();
    CHECK(ranges_of(host, "g") == kept_ranges{{0, 9}, {10, 19}});
    CHECK(ranges_of(host, "h") == kept_ranges{{0, 0}});
  }
  x.config.items.clear();
  CHECK(x.begin().my_groups().empty());
}

TEST_CASE("without a state directory nothing can be kept, and nothing changes") {
  lives x;
  x.config.state_directory.clear();
  auto& host = x.begin();
  CHECK(host.join("g", no_peers_named, whole_range, keep::yes).error() == call_error::no_state);
  CHECK(host.add_item("g", {0, 9}, 80, keep::yes).error() == call_error::no_state);
  CHECK(host.add_items("g", {{{0, 9}, 80}}, keep::yes).error() == call_error::no_state);
  CHECK(host.set_items("g", {{{0, 9}, 80}}, keep::yes).error() == call_error::no_state);
  CHECK(host.my_groups().empty());
}

TEST_CASE("two nodes do not share a state directory") {
  lives x;
  x.begin();
  caf::actor_system_config settings;
  caf::actor_system system{settings};
  auto config = x.config;
  config.listen.port = 0;
  const auto refused = node::start(system, config);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == std::errc::device_or_resource_busy);
  CHECK(refused.error().text.find("in use by another node") != std::string::npos);
}

TEST_CASE("a claim that the disk does not take is made, and the answer says that it is not kept") {
  lives x;
  auto& host = x.begin();
  const auto obstacle = x.directory / "state/self.new";
  fs::create_directory(obstacle);
  fs::create_directory(obstacle + "/in the way");
  CHECK(host.add_item("g", {0, 9}, 80, keep::yes).error() == call_error::not_kept);
  CHECK(ranges_of(host, "g") == kept_ranges{{0, 9}});
  CHECK(x.warnings().size() == 1);
  fs::remove_all(obstacle);
  REQUIRE(host.add_item("g", {10, 19}, 80, keep::yes));
  CHECK(ranges_of(x.begin(), "g") == kept_ranges{{0, 9}, {10, 19}});
}

TEST_CASE("a node starts and works without a disk") {
  lives x;
  x.config.state_directory = "/dev/null/state";
  auto& host = x.begin();
  CHECK(x.warnings().size() >= 1);
  CHECK(host.add_item("g", {0, 9}, 80));
  CHECK(host.add_item("g", {10, 19}, 80, keep::yes).error() == call_error::not_kept);
}

TEST_CASE("a keeper that crashes loses nothing") {
  lives x;
  {
    auto& host = x.begin();
    REQUIRE(host.add_item("g", {0, 9}, 80, keep::yes));
    REQUIRE(host.crash("group_manager/keeper"));
    REQUIRE(host.add_item("g", {10, 19}, 80, keep::yes));
    REQUIRE(host.crash("group_manager/topology_db"));
    REQUIRE(host.add_item("g", {20, 29}, 80, keep::yes));
  }
  CHECK(ranges_of(x.begin(), "g") == kept_ranges{{0, 9}, {10, 19}, {20, 29}});
}

TEST_CASE("a node with kept claims says that it lives often enough not to count as gone") {
  CHECK(refresh_period(24h) == 1h);
  CHECK(refresh_period(20s) == 5s);
}
