#include "actors/keeper.hpp"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <scalesmall/node.hpp>
#include <string>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <doctest/doctest.h>

#include "tests/node/undisturbed.hpp"
#include "tests/sanitized.hpp"
#include "tests/support/temporary_directory.hpp"

namespace {

/// When this process has waited for the disk.
class disk_waits {
public:
  void note() {
    const std::scoped_lock lock{mutex_};
    times_.push_back(std::chrono::steady_clock::now());
  }

  std::vector<std::chrono::steady_clock::time_point> take() {
    const std::scoped_lock lock{mutex_};
    return std::exchange(times_, {});
  }

private:
  std::mutex mutex_;
  std::vector<std::chrono::steady_clock::time_point> times_;
};

disk_waits waits;

}  // namespace

/// In place of that of the system.
extern "C" int fsync(int fd) {
  const auto status = static_cast<int>(::syscall(SYS_fsync, fd));
  waits.note();
  return status;
}

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
  ~lives() { end(); }
  lives(const lives&) = delete;
  lives& operator=(const lives&) = delete;

  /// Ends the present life and begins the next one.
  node& begin() {
    end();
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

  /// Between two lives files get another content. What was warned of is forgotten.
  void damage(const std::map<std::string, std::string>& contents) {
    end();
    for (const auto& [path, text] : contents) std::ofstream{path, std::ios::binary} << text;
    warnings_.clear();
  }

  const temporary_directory directory;
  node_config config;
  bool crashes = false;  ///< whether the test crashes actors on purpose

private:
  void end() {
    if (host_ && !crashes) check_no_restarts(*host_);
    host_.reset();
  }

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

std::string read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
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

TEST_CASE("a node starts with a state that is cut off, or zero, from any byte on") {
  lives x;
  REQUIRE(x.begin().add_item("g", {0, 9}, 80, keep::yes));
  const auto own = x.directory / "state/self";
  const auto former = read_file(own);
  REQUIRE(x.begin().add_item("g", {10, 19}, 80, keep::yes));
  const auto whole = read_file(own);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    auto damaged = whole.substr(0, size);
    if (size % 2 == 1) damaged.resize(whole.size(), '\0');
    x.damage({{own, damaged}, {own + ".prev", former}});
    auto& host = x.begin();
    CHECK(ranges_of(host, "g") == kept_ranges{{0, 9}});
    const auto said = x.warnings();
    REQUIRE(said.size() == 2);
    CHECK(said[0].find("its former copy is used, which lacks the last change") != said[0].npos);
    CHECK(said[1].find("the file self is kept as self.bad-") != said[1].npos);
  }
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
  x.crashes = true;
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

TEST_CASE("changes share the waits for the disk, and an idle node has none") {
  constexpr std::uint32_t threads = 20;
  constexpr std::uint32_t each = 50;
  lives x;
  auto& host = x.begin();
  (void)waits.take();
  const auto begun = std::chrono::steady_clock::now();
  std::vector<std::thread> callers;
  std::atomic<std::uint32_t> kept = 0;
  for (std::uint32_t n = 0; n < threads; ++n) {
    callers.emplace_back([&, n] {
      for (std::uint32_t key = n * each; key < (n + 1) * each; ++key)
        kept += host.add_item("g", {key, key}, 80, keep::yes) ? 1U : 0U;
    });
  }
  for (auto& caller : callers) caller.join();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  const auto times = waits.take();
  MESSAGE(kept.load(), " kept changes in ", took.count(), " s waited ", times.size(), " times");
  CHECK(kept == threads * each);
  // A sanitizer makes the callers slower than the disk.
  if (!is_sanitized) CHECK(times.size() < kept / 2);
  // A write waits for the file and for its name, and begins two windows of 2 ms after the last one.
  for (std::size_t n = 2; n < times.size(); ++n)
    CHECK(times[n] - times[0] >= 4ms * static_cast<int>(n / 2 - 1));
  std::this_thread::sleep_for(1500ms);
  CHECK(waits.take().empty());
}

TEST_CASE("a node with kept claims says that it lives often enough not to count as gone") {
  CHECK(refresh_period(24h) == 1h);
  CHECK(refresh_period(20s) == 5s);
}
