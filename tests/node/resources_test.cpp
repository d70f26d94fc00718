// Nodes on a system that has no threads, descriptors or memory to give for a while.

#include <algorithm>
#include <memory>
#include <new>
#include <scalesmall/network.hpp>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/node/world.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nodes;
using names::nth;

namespace {

/// A network whose calls throw while the system has nothing to give.
class starving_network final : public network {
public:
  starving_network(std::shared_ptr<network> real, const bool& starved)
      : real_(std::move(real)), starved_(starved) {}

  result<std::shared_ptr<acceptor_port>, std::error_code> listen(const net_id& local) override {
    return real_->listen(local);
  }
  std::shared_ptr<stream_port> connect(const net_id& to, std::chrono::milliseconds timeout,
                                       port_owner owner, const ip_address& from) override {
    if (starved_) throw std::system_error{std::make_error_code(std::errc::too_many_files_open)};
    return real_->connect(to, timeout, std::move(owner), from);
  }
  result<std::shared_ptr<datagram_port>, std::error_code> multicast(
      const multicast_options& options, port_owner owner) override {
    if (starved_) throw std::bad_alloc{};
    return real_->multicast(options, std::move(owner));
  }
  void resolve(const std::string& host, std::uint16_t port, name_owner owner) override {
    if (starved_)
      throw std::system_error{std::make_error_code(std::errc::resource_unavailable_try_again)};
    real_->resolve(host, port, std::move(owner));
  }
  void post(std::function<void()> what) override { real_->post(std::move(what)); }

private:
  std::shared_ptr<network> real_;
  const bool& starved_;
};

/// Node 2 starves; node 1 does not.
struct starving_world : world {
  bool starved = false;
  std::vector<std::string> warnings;

  starving_world() {
    start(1, {}, true);
    prepare = [this](node_config&, node_environment& environment) {
      environment.net = std::make_shared<starving_network>(environment.net, starved);
      environment.log = [this](log_level level, std::string_view text) {
        if (level >= log_level::warning) warnings.emplace_back(text);
      };
    };
  }

  [[nodiscard]] auto warnings_with(const std::string& part) const {
    return std::ranges::count_if(warnings, [&](const auto& x) { return x.find(part) != x.npos; });
  }

  /// Restarts of supervisors and of workers that are to live as long as the node.
  [[nodiscard]] std::uint64_t restarts() {
    std::uint64_t all = 0;
    for (const auto& entry : (*this)[2].tree()) all += entry.restarts;
    return all;
  }
};

}  // namespace

TEST_CASE_FIXTURE(starving_world,
                  "a name that cannot be looked up for want of threads is tried again") {
  wire.set_name("seed.example", {nth(1).address});
  node_config config;
  config.multicast = false;
  config.named_peers = {{"seed.example", nth(1).port}};
  starved = true;
  start_with(2, config);
  REQUIRE(join(2, "g"));
  advance(50s, 10ms);
  CHECK(restarts() == 0);
  CHECK(warnings == std::vector<std::string>{
                        "the peer \"seed.example\" cannot be looked up for the moment: Resource "
                        "temporarily unavailable"});
  starved = false;
  advance(60s, 10ms);
  CHECK((*this)[1].members("g") == nodes({2}));
}

TEST_CASE_FIXTURE(starving_world,
                  "a node that has nothing to connect with goes on, and connects later") {
  starved = true;
  node_config config;
  config.multicast = false;
  config.peers = nodes({1});
  start_with(2, config);
  REQUIRE(add_item(2, "g", {1, 2}));
  advance(50s, 10ms);
  CHECK(restarts() == 0);
  CHECK(served(*this, 2, "g") == 1);
  CHECK(warnings_with("cannot go on for the moment") == 1);
  starved = false;
  advance(60s, 10ms);
  CHECK(served(*this, 1, "g") == 1);
}

TEST_CASE_FIXTURE(starving_world,
                  "an actor that cannot start again for want of memory is waited for") {
  start(2, {}, true);
  REQUIRE(join(2, "g"));
  starved = true;
  crash(2, "group_manager/chatter/multicast_handler");
  advance(50s, 10ms);
  CHECK(failures.empty());
  CHECK(restarts() == 0);
  CHECK(warnings_with("multicast_handler cannot go on for the moment: out of resources") == 1);
  starved = false;
  advance(6s, 10ms);
  CHECK(restarts() == 1);
  const auto before = (*this)[1].counts().datagrams_received.load();
  REQUIRE(add_item(2, "g", {1, 2}));
  advance(100ms);
  CHECK((*this)[1].counts().datagrams_received.load() > before);
}
