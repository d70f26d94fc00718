// The cost to look up the owners of a key, and to publish a change.
//
//     bench_routing [messages]
//
// lookup: one `owners` of a random key through `routes`, and a read of its first owner, on one
// thread or two. `writes`: the number of changes that another thread publishes per second
// meanwhile. `allocated`: the number of memory allocations during the lookups of one thread without
// a writer. publish: from the call that decides a change until a reader that does nothing else sees
// it. The variants of a lookup take turns, each thread on its own core. Printed are the best round,
// because other load can only slow a round down, and the medians of the ratios per round. scaling:
// two threads on two cores, divided by the mean of one thread on either core.
//
// remote_actor and send_to_owner: requests of 100 bytes to an actor of another process on loopback,
// 200 in flight, and one at a time for the latency. The figures are medians of short alternating
// rounds; the ratio of each round compares the way by the owner of a key with CAF's own. broadcast:
// messages of 100 bytes to the only other member of a group.
//
// layouts: `even`: adjacent ranges; `random`: adjacent ranges of random length; `overlapping`: each
// key is in four ranges and in one that covers all keys.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <scalesmall/routes.hpp>
#include <sched.h>
#include <string_view>
#include <thread>
#include <vector>

#include "actors/topology/topology_table.hpp"
#include "bench/routing_messages.hpp"
#include "bench/stopwatch.hpp"
#include "net/rng.hpp"

namespace {

std::atomic<std::size_t> allocations{0};

}  // namespace

void* operator new(std::size_t n) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (auto* p = std::malloc(n == 0 ? 1 : n)) return p;
  throw std::bad_alloc{};
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

namespace {

using namespace scalesmall;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

constexpr const char* group = "bench";
constexpr std::uint32_t ranges_each = 100;  // per member
constexpr auto round_time = 100ms;
constexpr int rounds = 11;

using layout = std::vector<key_range> (*)(std::uint32_t n);

std::vector<key_range> even(std::uint32_t n) {
  const auto width = static_cast<std::uint32_t>((std::uint64_t{1} << 32) / n);
  std::vector<key_range> ranges;
  for (std::uint32_t i = 0; i < n; ++i) ranges.push_back({i * width, i * width + (width - 1)});
  return ranges;
}

std::vector<key_range> random_lengths(std::uint32_t n) {
  rng random{1};
  std::vector<std::uint32_t> begins{0};
  while (begins.size() < n)
    begins.push_back(static_cast<std::uint32_t>(random.below(std::uint64_t{1} << 32)));
  std::ranges::sort(begins);
  begins.erase(std::unique(begins.begin(), begins.end()), begins.end());
  std::vector<key_range> ranges;
  for (std::size_t i = 0; i < begins.size(); ++i)
    ranges.push_back({begins[i], i + 1 < begins.size() ? begins[i + 1] - 1 : UINT32_MAX});
  return ranges;
}

std::vector<key_range> overlapping(std::uint32_t n) {
  auto ranges = even(n - 1);
  const auto width = ranges[0].end_range + 1;
  for (auto& x : ranges)
    x.end_range = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(UINT32_MAX, std::uint64_t{x.start_range} + 4 * width - 1));
  ranges.push_back(whole_range);
  return ranges;
}

/// A group with ranges_each ranges per member, together with the table that decides its changes and
/// publishes it.
class publisher {
public:
  explicit publisher(std::vector<key_range> ranges) : ranges_(std::move(ranges)) {
    std::vector<timed_item> claims;
    message all{group, {}, {}};
    for (std::uint32_t i = 0; i < ranges_.size(); ++i) {
      claims.push_back({{member_of(i), ranges_[i], op::add, 80}, {life, 1}});
      all.time.advance({member_of(i), {life, 1}});
    }
    std::ranges::sort(claims, [](const auto& x, const auto& y) { return compare_keys(x, y) < 0; });
    all.items = timed_set::from_sorted(std::move(claims)).value();
    bench::keep(decides_.merge(all));
    publish();
  }

  /// Moves a random range of a member to another port.
  range_owner change() {
    const auto i = static_cast<std::uint32_t>(random_.below(ranges_.size()));
    const local_clock now{member_of(i), {life, ++clock_ + 1}};
    const range_owner moved{now.member, ranges_[i],
                            static_cast<std::uint16_t>(1000 + clock_ % 50'000)};
    const item what{moved.member, moved.range, op::add, moved.port};
    message news{group, {now}, {timed_item{what, now.at}}, {{now.member, {life, 1}}}};
    bench::keep(decides_.merge(news));
    publish();
    return moved;
  }

  [[nodiscard]] const supervision::table<topology>& table() const { return published_; }

private:
  static constexpr std::uint32_t life = 1000;

  net_id member_of(std::uint32_t range) const {
    const auto i = range % std::max<std::uint32_t>(
                               1, static_cast<std::uint32_t>(ranges_.size()) / ranges_each);
    const auto high = static_cast<std::uint8_t>(i >> 8);
    return {ip_address::v4(10, 0, high, static_cast<std::uint8_t>(i)), 29999};
  }

  void publish() { writer_.publish(std::make_shared<const topology>(decides_.state())); }

  std::vector<key_range> ranges_;
  topology_table decides_{topology{.self = {ip_address::v4(10, 1, 0, 0), 1}, .incarnation = life}};
  supervision::table<topology> published_;
  supervision::table_writer<topology> writer_{published_};
  rng random_{3};
  std::uint32_t clock_ = 0;
};

/// Calls `change` this many times per second until it is destroyed.
class writer_thread {
public:
  writer_thread(publisher& what, int changes_a_second) {
    if (changes_a_second == 0) return;
    thread_ = std::jthread{[&what, changes_a_second](const std::stop_token& stop) {
      const auto step = std::chrono::nanoseconds{1s} / changes_a_second;
      for (auto next = steady::now(); !stop.stop_requested(); next += step) {
        std::this_thread::sleep_until(next);
        bench::keep(what.change());
      }
    }};
  }

private:
  std::jthread thread_;
};

std::vector<std::uint32_t> random_keys() {
  rng random{4};
  std::vector<std::uint32_t> keys(1 << 16);
  for (auto& key : keys) key = static_cast<std::uint32_t>(random.next());
  return keys;
}

/// Pins the calling thread to a core, because cores may differ in speed.
void stay_on(int core) {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(core, &only);
  ::sched_setaffinity(0, sizeof only, &only);  // best effort
}

/// Lookups per second, with one thread on each of the given cores.
double lookups_a_second(const publisher& what, std::initializer_list<int> cores) {
  static const auto keys = random_keys();
  std::atomic<double> sum{0};
  std::vector<std::jthread> readers;
  for (const auto core : cores) {
    readers.emplace_back([&sum, core, g = routes{what.table(), group}]() mutable {
      stay_on(core);
      std::uint64_t ports = 0;
      std::uint64_t lookups = 0;
      const auto begin = steady::now();
      auto end = begin;
      for (; end - begin < round_time; end = steady::now(), lookups += keys.size()) {
        for (const auto key : keys) {
          const auto found = g.owners(key);
          if (!found.empty()) ports += found.front().port;
        }
      }
      bench::keep(ports);
      sum += static_cast<double>(lookups) / std::chrono::duration<double>(end - begin).count();
    });
  }
  readers.clear();
  return sum;
}

std::size_t allocations_of_lookups(const publisher& what) {
  routes g{what.table(), group};
  const auto keys = random_keys();
  const auto before = allocations.load();
  for (const auto key : keys) bench::keep(g.owners(key));
  return allocations - before;
}

double median(std::vector<double> of) {
  std::ranges::sort(of);
  return of[of.size() / 2];
}

/// The speed of the machine changes over time, so the variants take turns and are compared within
/// each round.
void report_lookups(const char* name, publisher& what, std::size_t ranges) {
  std::vector<double> one;
  std::vector<double> two;
  std::vector<double> disturbed;
  std::vector<double> scaling;
  std::vector<double> slowdown;
  for (int round = 0; round < rounds; ++round) {
    one.push_back(lookups_a_second(what, {0}));
    two.push_back(lookups_a_second(what, {0, 1}));
    {
      const writer_thread writer{what, 1000};
      disturbed.push_back(lookups_a_second(what, {0}));
    }
    const auto other = lookups_a_second(what, {1});
    scaling.push_back(2 * two.back() / (one.back() + other));
    slowdown.push_back(one.back() / disturbed.back());
  }
  const auto print = [&](int threads, int writes, double a_second) {
    std::printf(
        "case=lookup layout=%s ranges=%zu threads=%d writes=%d ns=%.1f million_a_second=%.1f", name,
        ranges, threads, writes, 1e9 * threads / a_second, a_second / 1e6);
  };
  print(1, 0, std::ranges::max(one));
  std::printf(" allocated=%zu\n", allocations_of_lookups(what));
  print(2, 0, std::ranges::max(two));
  std::printf(" scaling=%.2f\n", median(scaling));
  print(1, 1000, std::ranges::max(disturbed));
  std::printf(" slowdown=%.2f\n", median(slowdown));
}

void report_publish(const char* name, publisher& what, std::size_t ranges) {
  std::vector<double> us;
  std::atomic<std::uint64_t> awaited{0};  // a key; in the last 16 bits a port
  std::atomic<std::uint64_t> seen{0};
  const std::jthread reader{
      [&, g = routes{what.table(), group}](const std::stop_token& stop) mutable {
        while (!stop.stop_requested()) {
          const auto wanted = awaited.load();
          for (const auto& x : g.owners(static_cast<std::uint32_t>(wanted >> 16))) {
            if (x.port == (wanted & 0xffff)) seen = wanted;
          }
          std::this_thread::yield();  // lets the writer run if both share a core
        }
      }};
  for (int i = 0; i < 300; ++i) {
    us.push_back(bench::elapsed_ns([&] {
                   const auto moved = what.change();
                   const auto wanted = std::uint64_t{moved.range.start_range} << 16 | moved.port;
                   awaited = wanted;
                   while (seen != wanted) std::this_thread::yield();
                 }) /
                 1e3);
    std::this_thread::sleep_for(1ms);
  }
  std::ranges::sort(us);
  std::printf("case=publish layout=%s ranges=%zu median_us=%.1f p99_us=%.1f max_us=%.1f\n", name,
              ranges, us[us.size() / 2], us[us.size() * 99 / 100], us.back());
}

void report(const char* name, layout make, std::uint32_t ranges) {
  publisher what{make(ranges)};
  const auto now = what.table().read();
  std::printf("case=index layout=%s ranges=%u bytes_per_range=%.0f\n", name, ranges,
              static_cast<double>(find_group(*now, group)->routes().memory_bytes()) / ranges);
  report_lookups(name, what, ranges);
  report_publish(name, what, ranges);
}

void report_key_of() {
  const std::string_view name = "user:4711/settings";
  const auto ns = bench::best_ns([&] {
    for (int i = 0; i < 1000; ++i) bench::keep(key_of(name));
  });
  std::printf("case=key_of bytes=%zu ns=%.1f\n", name.size(), ns / 1000);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view only = argc > 1 ? argv[1] : "";
  if (only == "serve") return bench::serve_messages();
  if (only == "messages") return bench::report_messages() ? 0 : 1;
  for (const std::uint32_t ranges : {1'000U, 100'000U}) {
    report("even", &even, ranges);
    report("random", &random_lengths, ranges);
    report("overlapping", &overlapping, ranges);
  }
  report_key_of();
  return bench::report_messages() ? 0 : 1;
}
