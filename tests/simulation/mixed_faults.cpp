#include "tests/simulation/mixed_faults.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace scalesmall::simulation {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Nodes that others begin with; they are spared by nothing.
constexpr std::size_t seeds = 3;

/// Nodes that claim; few, so that their rows change often enough for deltas to build on others.
constexpr std::size_t busy = 8;

class faults {
public:
  faults(cluster& all, const mixed_faults& how)
      : all_(all), how_(how), random_(all.random().next()) {}

  void run() {
    for (std::size_t i = 0; i < all_.size(); ++i)
      in(random_time(seconds{1}), [this, i] { start(i); });
    for (std::size_t i = 0; i < how_.faults; ++i) in(random_time(how_.time), [this] { fail(); });
    for (std::size_t i = 0; i < how_.calls; ++i) in(random_time(how_.time), [this] { call(); });
    all_.run(how_.time);
    over_ = true;
    all_.network().heal();
    all_.network().faults = {};
    for (std::size_t i = 0; i < all_.size(); ++i) {
      all_.set_stalled(i, false);
      all_.network().set_deaf(i, false);
    }
  }

private:
  duration random_time(duration max) {
    return duration{random_.between(0, static_cast<std::uint64_t>(max.count()))};
  }
  std::size_t any_node() { return random_.below(all_.size()); }

  /// Faults that last end with the others.
  template <class Action>
  void in(duration time, Action what) {
    all_.at(all_.now() + time, [this, what] {
      if (!over_) what();
    });
  }

  void start(std::size_t node) {
    std::vector<std::size_t> known;
    for (std::size_t seed = 0; seed < seeds; ++seed) {
      if (seed != node) known.push_back(seed);
    }
    all_.start(node, std::move(known));
  }

  void fail() {
    switch (random_.below(9)) {
      case 0:
        return partition();
      case 1:
        return one_way();
      case 2:
        return crash();
      case 3:
        if (const auto node = any_node(); all_.is_up(node)) all_.restart_actors(node);
        return;
      case 4:
        return stall();
      case 5:
        return step_clock();
      case 6:
        return degrade();
      case 7:
        return crash_loop();
      default:
        all_.network().set_deaf(any_node(), random_.chance(0.5));
    }
  }

  void partition() {
    const auto sides = random_.between(2, 3);
    for (std::size_t i = 0; i < all_.size(); ++i)
      all_.network().set_side(i, static_cast<unsigned>(random_.below(sides)));
    in(random_time(seconds{5}), [this] { all_.network().heal(); });
  }

  void one_way() {
    for (std::size_t i = 0; i < all_.size(); ++i) all_.network().block(any_node(), any_node());
    in(random_time(seconds{5}), [this] { all_.network().heal(); });
  }

  void crash() {
    const auto node = any_node();
    all_.crash(node);
    if (random_.chance(0.8)) in(random_time(seconds{5}), [this, node] { start(node); });
  }

  /// A node that starts again and again asks its seeds more often than they answer, and its lives
  /// of one second share an incarnation.
  void crash_loop() {
    const auto node = any_node();
    for (int i = 0; i < 25; ++i) in(i * milliseconds{20}, [this, node] { start(node); });
  }

  void stall() {
    const auto node = any_node();
    all_.set_stalled(node, true);
    in(random_time(seconds{5}), [this, node] { all_.set_stalled(node, false); });
  }

  void step_clock() {
    const auto by = static_cast<std::int64_t>(random_.below(2'000)) - 1'000;
    const auto node = any_node();
    all_.step_clock(node, seconds{by});
    if (random_.chance(0.5)) start(node);
  }

  void degrade() {
    all_.network().faults = {.loss = random_.unit() * 0.5,
                             .duplication = random_.unit() * 0.2,
                             .delay_min = milliseconds{random_.below(5)},
                             .delay_max = milliseconds{random_.between(5, 200)}};
    in(random_time(seconds{5}), [this] { all_.network().faults = {}; });
  }

  void call() {
    const auto node = random_.below(std::min(busy, all_.size()));
    if (!all_.is_up(node) || all_.is_stalled(node)) return;
    const std::array groups{"red", "green", "blue"};
    const std::string group = groups[random_.below(groups.size())];
    const auto start = static_cast<std::uint32_t>(random_.below(4) * 100);
    const key_range range = random_.chance(0.1) ? whole_range : key_range{start, start + 99};
    switch (random_.below(9)) {
      case 0:
        all_.join(node, group, random_.chance(0.5) ? whole_range : range);
        return;
      case 1:
        all_.leave(node, group);
        return;
      case 2:
      case 3:
        remove_any(node);
        return;
      case 4:
        all_.send_message(node, group);
        return;
      default:
        all_.add_item(node, group, range, static_cast<std::uint16_t>(random_.between(1, 3)));
    }
  }

  void remove_any(std::size_t node) {
    for (const auto& [group, claims] : all_.journal_of(node).groups()) {
      for (const auto& [range, claim] : claims) {
        if (claim.first != op::add || random_.chance(0.5)) continue;
        const auto name = group;
        const auto which = range;
        all_.remove_item(node, name, which, claim.second);
        return;
      }
    }
  }

  cluster& all_;
  mixed_faults how_;
  rng random_;
  bool over_ = false;
};

}  // namespace

void run_mixed_faults(cluster& all, const mixed_faults& how) {
  // Events of faults that have ended stay in the queue, so what they refer to stays as well.
  const auto script = std::make_shared<faults>(all, how);
  script->run();
  all.at(all.now() + 2 * how.time, [script] {});
}

}  // namespace scalesmall::simulation
