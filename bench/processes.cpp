// How fast nodes converge, and what each costs, if every node is a process of its own, as in real
// use.
//
//     bench_processes [processes]...        default: 2, 8 and 32
//
// all_see_all_s: from the first join through one seed until every node lists all nodes.
// update_to_all_ms: from the call of add_item in one process until the subscribers in all others
// are told of the range. Each process notes the time in memory that all share; nothing polls.
// idle_*, rss_mb, anonymous_mb, threads, descriptors: of one process, the median of all.
// liveness: whether the failure detector is on, which is most of what an idle node does.
//
// The same for hashicorp/memberlist if Debian's golang-go and
// golang-github-hashicorp-memberlist-dev are installed.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <scalesmall/node.hpp>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include "bench/children.hpp"
#include "bench/figures.hpp"

namespace {

using namespace scalesmall;
using bench::fail;
using bench::now_ns;
using bench::wait_until;
using steady = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr const char* group = "bench";
constexpr std::size_t processes_max = 64;
constexpr std::uint32_t warm_up_updates = 20;
constexpr std::uint32_t updates = 50;
constexpr auto idle_time = 5s;

/// What a process is told to do, one byte on its pipe.
enum class command : char { join = 'j', add = 'a' };

/// What all processes share. Times are those of the machine's monotonic clock.
struct shared_state {
  std::array<net_id, processes_max> ids{};
  std::array<std::atomic<bool>, processes_max> started{};
  std::array<std::atomic<std::uint32_t>, processes_max> members{};
  std::atomic<std::uint32_t> key{0};       // of the update that is under way
  std::atomic<std::int64_t> called_at{0};  // when its add_item was called
  std::array<std::atomic<std::int64_t>, processes_max> told_at{};
};

/// Notes in the shared memory what a subscriber is told.
class observer {
public:
  observer(shared_state& shared, std::size_t index) : shared_(shared), index_(index) {}

  void operator()(const group_update& update) {
    if (update.snapshot) members_ = 0;
    for (const auto& event : update.events) {
      if (std::holds_alternative<member_joined>(event)) ++members_;
      if (std::holds_alternative<member_left>(event)) --members_;
      if (const auto* added = std::get_if<range_added>(&event)) note(*added);
    }
    shared_.members[index_] = members_;
  }

private:
  void note(const range_added& added) {
    if (added.what.range.start_range == shared_.key.load()) shared_.told_at[index_] = now_ns();
  }

  shared_state& shared_;
  std::size_t index_;
  std::uint32_t members_ = 0;
};

struct kind_of_node {
  bool multicast;
  bool liveness;
};

/// Runs one node until the pipe is closed.
void run_node(shared_state& shared, std::size_t index, const kind_of_node& kind, int commands) {
  node_config config;
  config.multicast = kind.multicast;
  config.liveness = kind.liveness;
  config.multicast_group.port = 29'124;
  config.random_seed = index + 1;
  bench::with_node(config, [&](node& self) {
    auto told = self.subscribe(group, observer{shared, index});
    if (!told) fail("the node refuses a subscription");
    shared.ids[index] = self.id();
    shared.started[index] = true;

    for (char what = 0; ::read(commands, &what, 1) == 1;) {
      if (command{what} == command::join) {
        if (!self.join(group, {shared.ids[0]})) fail("the node cannot join");
      } else {
        const auto key = shared.key.load();
        shared.called_at = now_ns();
        if (!self.add_item(group, {key, key}, 80)) fail("the node cannot add a range");
      }
    }
  });
}

template <class T>
T median(std::vector<T> of) {
  std::ranges::sort(of);
  return of[of.size() / 2];
}

/// What the kernel says of a process.
struct usage {
  double cpu_ms = 0;
  double rss_mb = 0;
  double anonymous_mb = 0;
  double threads = 0;
  double descriptors = 0;
};

usage usage_of(pid_t process) {
  const auto proc = "/proc/" + std::to_string(process);
  usage found;
  std::ifstream status{proc + "/status"};
  for (std::string word; status >> word;) {
    if (word == "VmRSS:" && status >> found.rss_mb) found.rss_mb /= 1024;
    if (word == "RssAnon:" && status >> found.anonymous_mb) found.anonymous_mb /= 1024;
    if (word == "Threads:") status >> found.threads;
  }
  for (const auto& task : std::filesystem::directory_iterator{proc + "/task"}) {
    double ns = 0;
    if (std::ifstream{task.path() / "schedstat"} >> ns) found.cpu_ms += ns / 1e6;
  }
  for ([[maybe_unused]] const auto& x : std::filesystem::directory_iterator{proc + "/fd"})
    ++found.descriptors;
  return found;
}

class cluster {
public:
  cluster(std::size_t size, const kind_of_node& kind) {
    for (std::size_t i = 0; i < size; ++i)
      children_.start([&, i](int commands) { run_node(*shared_, i, kind, commands); });
    wait_until("the start", [&] {
      return std::all_of(shared_->started.begin(), shared_->started.begin() + std::ssize(children_),
                         [](const auto& x) { return x.load(); });
    });
  }

  double join_all() {
    const auto start = now_ns();
    for (std::size_t i = 0; i < children_.size(); ++i) tell(i, command::join);
    wait_until("all seeing all", [&] {
      return std::all_of(shared_->members.begin(), shared_->members.begin() + std::ssize(children_),
                         [&](const auto& x) { return x == children_.size(); });
    });
    return static_cast<double>(now_ns() - start) / 1e9;
  }

  /// The time until all others are told of a range that one adds, in milliseconds.
  double update() {
    for (auto& x : shared_->told_at) x = 0;
    const auto by = ++shared_->key % children_.size();
    tell(by, command::add);
    const auto told = [&] {
      std::int64_t last = 0;
      for (std::size_t i = 0; i < children_.size(); ++i) {
        const auto at = shared_->told_at[i].load();
        if (at == 0) return std::optional<std::int64_t>{};
        if (i != by) last = std::max(last, at);
      }
      return std::optional{last};
    };
    std::optional<std::int64_t> last;
    wait_until("an update reaching all", [&] { return (last = told()).has_value(); });
    return static_cast<double>(*last - shared_->called_at) / 1e6;
  }

  [[nodiscard]] std::vector<usage> usages() const {
    std::vector<usage> found;
    for (std::size_t i = 0; i < children_.size(); ++i)
      found.push_back(usage_of(children_.process(i)));
    return found;
  }

private:
  void tell(std::size_t index, command what) { children_.tell(index, static_cast<char>(what)); }

  bench::shared_memory<shared_state> shared_;
  bench::children children_;
};

void run(std::size_t size, const kind_of_node& kind, const bench::figures& memberlist) {
  cluster all{size, kind};
  const auto all_see_all_s = all.join_all();
  for (std::uint32_t i = 0; i < warm_up_updates; ++i) {
    all.update();
    std::this_thread::sleep_for(20ms);
  }
  std::this_thread::sleep_for(2s);

  const auto before = all.usages();
  std::this_thread::sleep_for(idle_time);
  const auto after = all.usages();
  const auto figure = [&](double usage::*what) {
    std::vector<double> values;
    for (const auto& x : after) values.push_back(x.*what);
    return median(values);
  };
  std::vector<double> idle_cpu;
  for (std::size_t i = 0; i < size; ++i) {
    idle_cpu.push_back((after[i].cpu_ms - before[i].cpu_ms) /
                       std::chrono::duration<double>(idle_time).count());
  }

  std::vector<double> times;
  for (std::uint32_t i = 0; i < updates; ++i) {
    times.push_back(all.update());
    std::this_thread::sleep_for(10ms);
  }
  std::printf(
      "processes=%zu multicast=%s liveness=%s all_see_all_s=%.3f update_to_all_ms_min=%.2f "
      "update_to_all_ms_median=%.2f update_to_all_ms_max=%.2f idle_cpu_ms_per_s=%.3f rss_mb=%.1f "
      "anonymous_mb=%.1f threads=%.0f descriptors=%.0f",
      size, kind.multicast ? "on" : "off", kind.liveness ? "on" : "off", all_see_all_s,
      *std::ranges::min_element(times), median(times), *std::ranges::max_element(times),
      median(idle_cpu), figure(&usage::rss_mb), figure(&usage::anonymous_mb),
      figure(&usage::threads), figure(&usage::descriptors));
  for (const auto& [key, value] : memberlist) std::printf(" memberlist_%s=%g", key.c_str(), value);
  std::printf("\n");
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);
  std::vector<std::size_t> sizes;
  for (int i = 1; i < argc; ++i) sizes.push_back(std::strtoull(argv[i], nullptr, 10));
  if (sizes.empty()) sizes = {2, 8, 32};
  for (const auto size : sizes) {
    if (size < 2 || size > processes_max)
      fail("the number of processes must be 2.." + std::to_string(processes_max));
    const auto memberlist = bench::figures_of(
        "command -v go >/dev/null && GO111MODULE=off GOPATH=/usr/share/gocode go "
        "run " MEMBERLIST_PROCESSES " " +
        std::to_string(size));
    for (const bool liveness : {false, true}) {
      for (const bool multicast : {true, false}) run(size, {multicast, liveness}, memberlist);
    }
  }
}
