// How fast nodes converge: N whole nodes in this process over real loopback sockets.
//
//     bench_convergence [nodes]...        default: 8, 32 and 128
//
// all_see_all_s: from the first join through one seed until every node lists all nodes.
// update_to_all_ms: from the call of add_item on a random node until all other nodes have the
// range. The figures per update leave out the traffic of an idle network, which is measured
// separately. rss_kb_per_node: anonymous memory only; code is not counted, because a process has it
// once.
//
// For each number of nodes it also measures the floor of this machine, and hashicorp/memberlist if
// Debian's golang-go and golang-github-hashicorp-memberlist-dev are installed. A ratio is the
// figure of this project divided by the other one.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <scalesmall/group_manager.hpp>
#include <scalesmall/node.hpp>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/atom.hpp>
#include <caf/send.hpp>

#include "bench/figures.hpp"
#include "bench/floor.hpp"
#include "bench/stopwatch.hpp"
#include "net/rng.hpp"
#include "net/sockets/asio_network.hpp"
#include "net/sockets/io_thread.hpp"

namespace {

using namespace scalesmall;
using steady = std::chrono::steady_clock;
using namespace std::chrono_literals;
using bench::cpu_ms;

constexpr const char* group = "bench";
constexpr int updates = 50;
constexpr auto time_limit = 60s;

double seconds_since(steady::time_point start) {
  return std::chrono::duration<double>(steady::now() - start).count();
}

double anonymous_kb() {
  std::ifstream status{"/proc/self/status"};
  for (std::string key; status >> key;) {
    double kb = 0;
    if (key == "RssAnon:" && status >> kb) return kb;
  }
  return 0;
}

/// Waits until the condition holds. It polls often enough for figures of tens of microseconds
/// without using a whole core.
template <class Condition>
void wait_until(const char* what, Condition condition) {
  const auto start = steady::now();
  while (!condition()) {
    if (steady::now() - start > time_limit) {
      std::fprintf(stderr, "convergence: %s did not happen within %lld s\n", what,
                   static_cast<long long>(std::chrono::seconds{time_limit}.count()));
      std::exit(1);
    }
    std::this_thread::sleep_for(20us);
  }
}

struct traffic {
  double datagrams = 0;
  double frames = 0;
  double bytes = 0;
};

class cluster {
public:
  cluster(caf::actor_system& system, std::shared_ptr<network> net, std::size_t size,
          bool multicast) {
    for (std::size_t i = 0; i < size; ++i) {
      node_config config;
      config.listen.port = 0;
      config.multicast = multicast;
      config.multicast_group.port = 29'123;
      config.random_seed = i + 1;
      node_environment environment;
      environment.net = net;
      auto started = node::start(system, config, environment);
      if (!started) {
        std::fprintf(stderr, "convergence: %s\n", started.error().text.c_str());
        std::exit(1);
      }
      nodes_.push_back(std::move(*started));
    }
  }

  double join_all() {
    const auto start = steady::now();
    for (const auto& x : nodes_) {
      // All joins at once, as when a whole cluster starts.
      caf::anon_send(x->group_manager(), join_group{group, {nodes_[0]->id()}});
    }
    std::size_t ready = 0;
    wait_until("all seeing all", [&] {
      while (ready < nodes_.size() && nodes_[ready]->members(group).size() == nodes_.size())
        ++ready;
      return ready == nodes_.size();
    });
    return seconds_since(start);
  }

  double update(rng& random) {
    const auto by = random.below(nodes_.size());
    const auto key = next_key_++;
    const auto start = steady::now();
    if (!nodes_[by]->add_item(group, {key, key}, 80)) std::exit(1);
    const auto writer = nodes_[by]->id();
    std::size_t ready = 0;
    wait_until("an update reaching all", [&] {
      while (ready < nodes_.size() && knows(*nodes_[ready], writer, key)) ++ready;
      return ready == nodes_.size();
    });
    return seconds_since(start) * 1e3;
  }

  traffic sent() const {
    traffic all;
    for (const auto& x : nodes_) {
      all.datagrams += static_cast<double>(x->counts().datagrams_sent);
      all.frames += static_cast<double>(x->counts().frames_sent);
      all.bytes += static_cast<double>(x->counts().bytes_sent);
    }
    return all;
  }

private:
  static bool knows(const node& x, const net_id& writer, std::uint32_t key) {
    for (const auto& claim : x.owners(group, key)) {
      if (claim.member == writer && claim.range == key_range{key, key}) return true;
    }
    return false;
  }

  std::vector<std::unique_ptr<node>> nodes_;
  std::uint32_t next_key_ = 0;
};

/// The figures to compare with, from the same run.
struct comparison {
  double floor_ms = 0;
  double idle_floor_cpu_ms = 0;
  bench::figures memberlist;
};

void run(std::size_t size, bool multicast, const comparison& with) {
  caf::actor_system_config settings;
  settings.set("scheduler.policy", caf::atom("sharing"));
  settings.set("scheduler.max-threads", std::size_t{2});
  settings.set("scheduler.max-throughput", std::size_t{300});
  caf::actor_system system{settings};
  const auto net = std::make_shared<asio_network>(std::make_shared<io_thread>());
  const auto empty_kb = anonymous_kb();

  cluster all{system, net, size, multicast};
  const auto all_see_all_s = all.join_all();

  // Warm-up: measure a network whose nodes already know which peers hear them.
  rng random{1};
  for (int i = 0; i < 20; ++i) {
    all.update(random);
    std::this_thread::sleep_for(20ms);
  }
  // Measure the memory now: the allocator returns unused memory after a while.
  const auto kb_per_node = (anonymous_kb() - empty_kb) / static_cast<double>(size);
  std::this_thread::sleep_for(2s);

  constexpr auto idle_time = 5s;
  const auto before_idle = all.sent();
  const auto cpu_before = cpu_ms();
  std::this_thread::sleep_for(idle_time);
  const auto idle_cpu = (cpu_ms() - cpu_before) / static_cast<double>(size) /
                        std::chrono::duration<double>(idle_time).count();
  const auto after_idle = all.sent();

  std::vector<double> times;
  const auto start = steady::now();
  const auto before = all.sent();
  for (int i = 0; i < updates; ++i) {
    times.push_back(all.update(random));
    std::this_thread::sleep_for(10ms);
  }
  const auto after = all.sent();
  const auto idle_parts = seconds_since(start) / std::chrono::duration<double>(idle_time).count();
  const auto per_update = [&](double traffic::*what) {
    const auto by_itself = (after_idle.*what - before_idle.*what) * idle_parts;
    return std::max(0.0, after.*what - before.*what - by_itself) / updates;
  };
  std::sort(times.begin(), times.end());
  const std::vector<std::pair<std::string, double>> compared{
      {"all_see_all_s", all_see_all_s},
      {"update_to_all_ms_median", times[times.size() / 2]},
      {"idle_cpu_ms_per_node_s", idle_cpu},
      {"rss_kb_per_node", kb_per_node}};
  std::printf(
      "nodes=%zu multicast=%s all_see_all_s=%.3f update_to_all_ms_min=%.2f "
      "update_to_all_ms_median=%.2f "
      "update_to_all_ms_max=%.2f idle_cpu_ms_per_node_s=%.3f rss_kb_per_node=%.0f "
      "datagrams_per_update=%.1f "
      "tcp_messages_per_update=%.1f bytes_per_update=%.0f floor_ms=%.3f floor_ratio=%.1f "
      "idle_floor_cpu_ms=%.3f idle_floor_ratio=%.1f",
      size, multicast ? "on" : "off", all_see_all_s, times.front(), times[times.size() / 2],
      times.back(), idle_cpu, kb_per_node, per_update(&traffic::datagrams),
      per_update(&traffic::frames), per_update(&traffic::bytes), with.floor_ms,
      times[times.size() / 2] / with.floor_ms, with.idle_floor_cpu_ms,
      idle_cpu / with.idle_floor_cpu_ms);
  for (const auto& [key, value] : compared) {
    const auto other = with.memberlist.find(key);
    if (other == with.memberlist.end()) continue;
    std::printf(" memberlist_%s=%g %s_ratio=%.4f", key.c_str(), other->second, key.c_str(),
                value / other->second);
  }
  std::printf("\n");
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);

  std::vector<std::size_t> sizes;
  for (int i = 1; i < argc; ++i) sizes.push_back(std::strtoull(argv[i], nullptr, 10));
  if (sizes.empty()) sizes = {8, 32, 128};
  for (const auto size : sizes) {
    comparison with;
    with.memberlist = bench::figures_of(
        "command -v go >/dev/null && GO111MODULE=off GOPATH=/usr/share/gocode go "
        "run " MEMBERLIST_PEER " " +
        std::to_string(size));
    with.idle_floor_cpu_ms = bench::idle_floor_cpu_ms(size);
    for (const bool multicast : {true, false}) {
      with.floor_ms = multicast ? bench::multicast_floor_ms(size) : bench::tree_floor_ms(size);
      // One process per case: memory kept by the allocator must not count for the next case.
      const auto child = ::fork();
      if (child == 0) {
        run(size, multicast, with);
        std::_Exit(0);
      }
      int status = 0;
      if (child < 0 || ::waitpid(child, &status, 0) < 0 || status != 0) return 1;
    }
  }
}
