// What it costs to claim ranges, with nodes in processes of their own: one by one at one node, and
// all in one call.
//
//     bench_claims [processes [claims]]        default: 8 and 20,000
//
// call_ms_at_*: the median time of 200 calls of add_item when so many ranges are claimed.
// one_by_one_s: all calls together. owner_cpu_s, other_cpu_s: the processor time meanwhile, of the
// node that claims and of the busiest other one. add_items_ms: one call for as many in another
// group. *_all_have_ms: from the end of the last call until all others are told of every range.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <scalesmall/node.hpp>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include "bench/children.hpp"

namespace {

using namespace scalesmall;
using bench::fail;
using bench::now_ns;
using bench::wait_until;
using steady = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::size_t processes_max = 64;
constexpr std::uint32_t claims_max = 100'000;
constexpr std::uint32_t few = 500;
constexpr std::uint32_t calls_around = 200;
constexpr std::uint32_t keys_each = 100;
constexpr std::array<const char*, 2> groups{"one_by_one", "at_once"};

/// What a process is told to do, one byte on its pipe.
enum class command : char { join = 'j', one_by_one = 'o', at_once = 'a' };

struct shared_state {
  net_id first{};
  std::uint32_t claims = 0;
  std::array<std::atomic<bool>, processes_max> started{};
  /// By group and process.
  std::array<std::array<std::atomic<std::uint32_t>, processes_max>, 2> members{};
  std::array<std::array<std::atomic<std::int64_t>, processes_max>, 2> told_all_at{};
  std::array<std::int64_t, claims_max> call_ns{};
  std::array<std::atomic<std::int64_t>, 2> done_at{};
};

/// Notes in the shared memory when a subscriber has been told of all ranges.
class observer {
public:
  observer(shared_state& shared, std::size_t group, std::size_t index)
      : shared_(shared), group_(group), index_(index) {}

  void operator()(const group_update& update) {
    if (update.snapshot) members_ = ranges_ = 0;
    for (const auto& event : update.events) {
      if (std::holds_alternative<member_joined>(event)) ++members_;
      if (std::holds_alternative<range_added>(event)) ++ranges_;
    }
    shared_.members[group_][index_] = members_;
    if (ranges_ == shared_.claims) shared_.told_all_at[group_][index_] = now_ns();
  }

private:
  shared_state& shared_;
  std::size_t group_;
  std::size_t index_;
  std::uint32_t members_ = 0;
  std::uint32_t ranges_ = 0;
};

key_range nth(std::uint32_t n) { return {n * keys_each, n * keys_each + (keys_each - 1)}; }

void claim_one_by_one(node& self, shared_state& shared) {
  for (std::uint32_t i = 0; i < shared.claims; ++i) {
    const auto begin = now_ns();
    if (!self.add_item(groups[0], nth(i), 80)) fail("the node cannot add a range");
    shared.call_ns[i] = now_ns() - begin;
  }
  shared.done_at[0] = now_ns();
}

void claim_at_once(node& self, shared_state& shared) {
  std::vector<served_range> all;
  for (std::uint32_t i = 0; i < shared.claims; ++i) all.push_back({nth(i), 80});
  const auto begin = now_ns();
  if (!self.add_items(groups[1], std::move(all))) fail("the node cannot add many ranges");
  shared.call_ns[0] = now_ns() - begin;
  shared.done_at[1] = now_ns();
}

/// Runs one node until the pipe is closed.
void run_node(shared_state& shared, std::size_t index, bool multicast, int commands) {
  node_config config;
  config.multicast = multicast;
  config.multicast_group.port = 29'125;
  config.random_seed = index + 1;
  bench::with_node(config, [&](node& self) {
    std::vector<subscription> told;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      auto begun = self.subscribe(groups[g], observer{shared, g, index});
      if (!begun) fail("the node refuses a subscription");
      told.push_back(std::move(*begun));
    }
    if (index == 0) shared.first = self.id();
    shared.started[index] = true;

    for (char what = 0; ::read(commands, &what, 1) == 1;) {
      switch (command{what}) {
        case command::join:
          for (const auto* group : groups)
            if (!self.join(group, {shared.first})) fail("the node cannot join");
          break;
        case command::one_by_one:
          claim_one_by_one(self, shared);
          break;
        case command::at_once:
          claim_at_once(self, shared);
          break;
      }
    }
  });
}

double cpu_seconds(pid_t process) {
  clockid_t clock{};
  timespec used{};
  if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &used) != 0)
    fail("a process has ended");
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

class cluster {
public:
  cluster(std::size_t size, std::uint32_t claims, bool multicast) {
    shared_->claims = claims;
    for (std::size_t i = 0; i < size; ++i) {
      children_.start([&, i](int commands) { run_node(*shared_, i, multicast, commands); });
      wait_until("the start", [&] { return shared_->started[i].load(); });
    }
    for (std::size_t i = 0; i < size; ++i) children_.tell(i, static_cast<char>(command::join));
    wait_until("all seeing all", [&] {
      for (const auto& group : shared_->members) {
        for (std::size_t i = 0; i < size; ++i)
          if (group[i] != size) return false;
      }
      return true;
    });
  }

  /// Lets the first node claim, and returns how long after it all have all, in milliseconds.
  double claim(command how, std::size_t group) {
    children_.tell(0, static_cast<char>(how));
    const auto& told = shared_->told_all_at[group];
    const auto end = told.begin() + std::ssize(children_);
    wait_until("all being told", [&] {
      return shared_->done_at[group] != 0 &&
             std::all_of(told.begin(), end, [](const auto& x) { return x != 0; });
    });
    std::int64_t last = 0;
    for (auto x = told.begin(); x != end; ++x) last = std::max(last, x->load());
    return static_cast<double>(std::max<std::int64_t>(0, last - shared_->done_at[group])) / 1e6;
  }

  /// The median time of the calls before the one with this number, in milliseconds.
  [[nodiscard]] double call_ms(std::uint32_t before) const {
    const auto* const end = shared_->call_ns.data() + before;
    std::vector<std::int64_t> some(end - std::min(before, calls_around), end);
    std::ranges::sort(some);
    return static_cast<double>(some[some.size() / 2]) / 1e6;
  }

  [[nodiscard]] std::vector<double> cpu() const {
    std::vector<double> all;
    for (std::size_t i = 0; i < children_.size(); ++i)
      all.push_back(cpu_seconds(children_.process(i)));
    return all;
  }

  [[nodiscard]] double first_call_ms() const {
    return static_cast<double>(shared_->call_ns[0]) / 1e6;
  }

  [[nodiscard]] double all_calls_s() const {
    double sum = 0;
    for (std::uint32_t i = 0; i < shared_->claims; ++i)
      sum += static_cast<double>(shared_->call_ns[i]);
    return sum / 1e9;
  }

private:
  bench::shared_memory<shared_state> shared_;
  bench::children children_;
};

void run(std::size_t size, std::uint32_t claims, bool multicast) {
  cluster all{size, claims, multicast};
  const auto before = all.cpu();
  const auto told_ms = all.claim(command::one_by_one, 0);
  auto used = all.cpu();
  for (std::size_t i = 0; i < size; ++i) used[i] -= before[i];
  const auto at_few = all.call_ms(std::min(few, claims));
  const auto at_all = all.call_ms(claims);
  const auto one_by_one_s = all.all_calls_s();
  const auto at_once_told_ms = all.claim(command::at_once, 1);
  std::printf(
      "processes=%zu multicast=%s claims=%u call_ms_at_%u=%.3f call_ms_at_all=%.3f ratio=%.2f "
      "one_by_one_s=%.2f one_by_one_all_have_ms=%.0f owner_cpu_s=%.2f other_cpu_s=%.2f "
      "add_items_ms=%.0f add_items_all_have_ms=%.0f\n",
      size, multicast ? "on" : "off", claims, std::min(few, claims), at_few, at_all,
      at_all / at_few, one_by_one_s, told_ms, used[0],
      *std::max_element(used.begin() + 1, used.end()), all.first_call_ms(), at_once_told_ms);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);
  const auto size = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 8;
  const auto claims = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 20'000;
  if (size < 2 || size > processes_max)
    fail("the number of processes must be 2.." + std::to_string(processes_max));
  if (claims < 1 || claims > claims_max)
    fail("the number of claims must be 1.." + std::to_string(claims_max));
  for (const bool multicast : {true, false})
    run(size, static_cast<std::uint32_t>(claims), multicast);
}
