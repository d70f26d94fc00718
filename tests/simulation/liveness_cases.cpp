#include "tests/simulation/liveness_cases.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "net/frames/seal.hpp"
#include "tests/at.hpp"
#include "tests/simulation/mixed_faults.hpp"
#include "tests/simulation/verdict_follower.hpp"
#include "tests/simulation/warm_start.hpp"

namespace scalesmall::simulation {

namespace {

using namespace std::chrono_literals;

constexpr const char* members_group = "all";
constexpr duration settling = 6s;

duration to_duration(double seconds) {
  return std::chrono::duration_cast<duration>(std::chrono::duration<double>{seconds});
}

class liveness_case {
public:
  explicit liveness_case(const case_options& options)
      : options_(options),
        all_({.nodes = options.nodes,
              .seed = options.seed,
              .multicast = options.multicast != multicast_mode::off,
              .count_bytes = options.bytes || options.kind == "live-idle",
              .watching = watch_settings{},
              .reencode = options.wire,
              .apart = options.apart}),
        seen_(all_) {
    all_.network().faults.loss = options.loss;
    all_.network().faults.duplication = options.duplication;
  }

  case_result run() {
    const auto found = cases().find(options_.kind);
    if (options_.kind != "live-mixed") {
      warm_start(all_, members_group, std::min(options_.members, options_.nodes));
      seen_.run(settling);
    }
    (this->*found->second)();
    if (seen_.wrong != 0)
      result_.wrong.push_back(seen_.first_wrong + ", the first of " + std::to_string(seen_.wrong));
    say("wrong", static_cast<double>(seen_.wrong));
    return std::move(result_);
  }

  using kind = void (liveness_case::*)();
  static const std::map<std::string, kind, std::less<>>& cases() {
    static const std::map<std::string, kind, std::less<>> all{
        {"live-death", &liveness_case::death},    {"live-kill", &liveness_case::death},
        {"live-idle", &liveness_case::idle},      {"live-stalls", &liveness_case::stalls},
        {"live-slow", &liveness_case::stalls},    {"live-deaf", &liveness_case::one_way},
        {"live-mute", &liveness_case::one_way},   {"live-pair", &liveness_case::pair},
        {"live-lossy", &liveness_case::lossy},    {"live-flip", &liveness_case::flip},
        {"live-70-30", &liveness_case::split},    {"live-50-50", &liveness_case::split},
        {"live-40-30-30", &liveness_case::split}, {"live-clock", &liveness_case::clocks},
        {"live-liar", &liveness_case::liar},      {"live-mixed", &liveness_case::mixed}};
    return all;
  }

private:
  [[nodiscard]] duration length() const { return to_duration(options_.seconds); }
  void say(const std::string& key, double value) { result_.values.emplace_back(key, value); }
  void complain(const std::string& text) { result_.wrong.push_back(text); }

  std::set<std::size_t> some(std::size_t count) {
    std::set<std::size_t> picked;
    while (picked.size() < count) picked.insert(all_.random().below(all_.size()));
    return picked;
  }

  void death() {
    // Ticks are a period apart: it matters when after one of them.
    const auto phase = all_.random().unit() * in_seconds(watch_settings{}.period());
    seen_.run(length() + to_duration(phase));
    const auto dead = some(options_.changes);
    seen_.faulty = dead;
    for (const auto x : dead) options_.kind == "live-kill" ? all_.kill(x) : all_.silence(x);
    const auto begun = all_.now();
    std::vector<duration> times;
    std::vector<std::set<std::size_t>> missing(all_.size(), dead);
    std::size_t open = (all_.size() - dead.size()) * dead.size();
    const auto pairs = open;
    while (open > 0 && all_.now() - begun < 60s) {
      seen_.run(10ms, 10ms);
      for (std::size_t i = 0; i < all_.size(); ++i) {
        if (!all_.is_up(i) || missing[i].empty()) continue;
        std::erase_if(missing[i], [&](std::size_t k) {
          if (!seen_.holds(i, k)) return false;
          times.push_back(all_.now() - begun);
          --open;
          return true;
        });
      }
    }
    const auto after = [&](double part) {
      const auto at = static_cast<std::size_t>(std::ceil(part * static_cast<double>(pairs))) - 1;
      return in_seconds(at < times.size() ? times[at] : duration::max());
    };
    say("hidden_50_s", after(0.5));
    say("hidden_95_s", after(0.95));
    say("hidden_99_s", after(0.99));
    say("hidden_all_s", after(1));
  }

  void idle() {
    seen_.run(settling);
    const auto before = all_.sent();
    seen_.run(length());
    const auto after = all_.sent();
    const auto frames = after.stream_messages + after.acknowledgements + after.datagrams -
                        before.stream_messages - before.acknowledgements - before.datagrams;
    const auto per = options_.seconds * static_cast<double>(all_.size());
    say("frames", static_cast<double>(frames) / per);
    say("bytes", static_cast<double>(after.bytes - before.bytes) / per);
    constexpr auto seal = seal_bytes + seal_time_bytes;
    say("sealed_bytes", static_cast<double>(after.bytes - before.bytes + seal * frames) / per);
  }

  void stalls() {
    const auto picked = some(options_.changes);
    seen_.faulty = picked;
    const bool slow = options_.kind == "live-slow";
    for (const auto end = all_.now() + 120s; all_.now() < end;) {
      for (const auto x : picked) {
        if (!all_.random().chance(0.5)) continue;
        const auto time = to_duration(all_.random().unit() * options_.seconds);
        if (slow) {
          all_.set_slow(x, time);
        } else if (!all_.is_stalled(x)) {
          all_.set_stalled(x, true);
          all_.at(all_.now() + time, [this, x] { all_.set_stalled(x, false); });
        }
      }
      seen_.run(to_duration(0.1 + all_.random().unit() * options_.seconds));
    }
    for (const auto x : picked) all_.set_slow(x, 0s);
    all_.run(length() + 1s);
    // Who flapped has a long trial behind it: 256 probes take a minute.
    back("back_s", 120s);
  }

  /// Nobody is held any more.
  void back(const std::string& key, duration limit) {
    const auto took = seen_.run_until([&] { return seen_.nobody_is_held(); }, limit);
    say(key, in_seconds(took));
    if (took == duration::max()) complain("somebody is still held for unreachable");
  }

  void one_way() {
    const auto x = all_.random().below(all_.size());
    seen_.faulty = {x};
    if (options_.kind == "live-deaf") {
      all_.set_slow(x, std::chrono::hours{24});
    } else {
      for (std::size_t i = 0; i < all_.size(); ++i) all_.network().block(x, i);
    }
    hidden_by_all(x);
    seen_.run(length());
    say("changes_max", static_cast<double>(seen_.changes_max()));
    if (seen_.changes_max() > 1) complain("the verdict changed");
  }

  void hidden_by_all(std::size_t x) {
    const auto took = seen_.run_until(
        [&] {
          for (std::size_t i = 0; i < all_.size(); ++i) {
            if (i != x && all_.is_up(i) && !seen_.holds(i, x)) return false;
          }
          return true;
        },
        60s);
    say("hidden_s", in_seconds(took));
    if (took == duration::max())
      complain("node " + std::to_string(x) + " is not held for unreachable");
  }

  void pair() {
    // Two that watch each other: of others nobody notices.
    const auto& core = *all_.node(0).liveness();
    std::size_t other = 1;
    for (std::size_t i = 1; i < all_.size(); ++i) {
      if (core.watches(all_.id_of(i))) other = i;
    }
    seen_.excused = {{0, other}, {other, 0}};
    all_.network().block(0, other);
    seen_.run(length());
    say("hidden", (seen_.holds(0, other) ? 1 : 0) + (seen_.holds(other, 0) ? 1 : 0));
    say("changes_max", static_cast<double>(seen_.changes_max()));
    all_.network().heal();
    back("back_s", 30s);
  }

  void lossy() {
    seen_.faulty = some(std::max<std::size_t>(1, all_.size() / 100));
    for (const auto x : seen_.faulty) lose(x, 0.8);
    seen_.run(length());
    say("changes_max", static_cast<double>(seen_.changes_max()));
    say_held();
  }

  void say_held() {
    std::size_t held = 0;
    for (const auto x : seen_.faulty) {
      const auto observer = healthy();
      held += seen_.holds(observer, x) ? 1 : 0;
    }
    say("held", static_cast<double>(held) / static_cast<double>(seen_.faulty.size()));
  }

  [[nodiscard]] std::size_t healthy() const {
    std::size_t x = 0;
    while (seen_.faulty.contains(x)) ++x;
    return x;
  }

  void lose(std::size_t x, double part) {
    for (std::size_t i = 0; i < all_.size(); ++i) all_.network().set_loss(i, x, part);
  }

  void flip() {
    seen_.faulty = some(std::max<std::size_t>(1, all_.size() / 100));
    bool on = true;
    for (const auto end = all_.now() + length(); all_.now() < end; on = !on) {
      for (const auto x : seen_.faulty) lose(x, on ? 1 : -1);
      seen_.run(20s);
    }
    say("changes_max", static_cast<double>(seen_.changes_max()));
  }

  void split() {
    std::vector<unsigned> side(all_.size());
    const auto n = all_.size();
    for (std::size_t i = 0; i < n; ++i) {
      const auto tenth = i * 10 / n;
      if (options_.kind == "live-70-30") side[i] = tenth < 7 ? 0 : 1;
      if (options_.kind == "live-50-50") side[i] = tenth < 5 ? 0 : 1;
      if (options_.kind == "live-40-30-30") side[i] = tenth < 4 ? 0 : tenth < 7 ? 1 : 2;
      all_.network().set_side(i, side[i]);
      for (std::size_t k = 0; k < i; ++k) {
        if (side[i] == side[k]) continue;
        seen_.excused.insert({i, k});
        seen_.excused.insert({k, i});
      }
    }
    const auto begun = all_.now();
    const auto missing_on = [&](unsigned s) {
      for (std::size_t i = 0; i < n; ++i) {
        if (side[i] != s) continue;
        for (std::size_t k = 0; k < n; ++k) {
          if (side[k] != s && !seen_.holds(i, k)) return true;
        }
      }
      return false;
    };
    std::map<unsigned, duration> complete;
    while (all_.now() - begun < length()) {
      seen_.run(250ms);
      for (const unsigned s : {0U, 1U, 2U}) {
        if (!complete.contains(s) && !missing_on(s)) complete[s] = all_.now() - begun;
      }
    }
    duration last{0};
    for (const unsigned s : {0U, 1U, 2U}) {
      const auto found = complete.find(s);
      last = std::max(last, found == complete.end() ? duration::max() : found->second);
    }
    say("complete_s", in_seconds(complete.contains(0) ? complete[0] : duration::max()));
    say("others_s", in_seconds(last));
    all_.network().heal();
    back("healed_s", 60s);
  }

  void clocks() {
    const auto stepped = some(3);
    for (const auto x : stepped) all_.step_clock(x, all_.random().chance(0.5) ? 3600s : -3600s);
    seen_.run(20s);
    seen_.faulty = some(3);
    for (const auto x : seen_.faulty) all_.sleep(x, 60s);
    all_.run(60s);
    // What the sleepers themselves think when they wake counts now.
    for (duration t{0}; t < 20s; t += 50ms) {
      all_.run(50ms);
      for (const auto x : seen_.faulty) {
        for (const auto held : all_.unreachable_at(x)) {
          if (!seen_.faulty.contains(held))
            complain("node " + std::to_string(x) + " woke and holds " + std::to_string(held));
        }
      }
    }
    back("back_s", 30s);
  }

  void liar() {
    const auto x = all_.random().below(all_.size());
    for (std::size_t i = 0; i < all_.size(); ++i)
      seen_.excused.insert({x, i});  // it believes itself
    const auto& core = *all_.node(x).liveness();
    for (const auto kind : {finding::silent, finding::refused, finding::lasting}) {
      for (std::size_t i = 0; i < all_.size(); ++i) {
        if (i == x || !core.watches(all_.id_of(i))) continue;
        const auto life = life_of(all_.node(i).state().incarnation);
        all_.lie(x, {watch_rings::key_of(all_.id_of(i)), kind, life});
      }
      seen_.run(500ms);
    }
    seen_.run(length());
  }

  void mixed() {
    run_mixed_faults(all_, {});
    std::set<std::size_t> dead;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (!all_.is_up(i)) dead.insert(i);
    }
    // The dead that never took part, or that nobody knows, are nobody's members.
    const auto took = seen_.run_until(
        [&] {
          return seen_.all_hold([&](std::size_t i, std::size_t k) {
            return dead.contains(k) && is_known_member(i, k);
          });
        },
        60s, 250ms);
    seen_.wrong = 0;
    say("dead", static_cast<double>(dead.size()));
    say("settled_s", in_seconds(took));
    if (took == duration::max()) complain("the nodes do not hold exactly the dead for unreachable");
  }

  [[nodiscard]] bool is_known_member(std::size_t at, std::size_t member) const {
    const auto* x = find_row(all_.node(at).state(), liveness_group, all_.id_of(member));
    return x && is_member(*x);
  }

  case_options options_;
  cluster all_;
  verdict_follower seen_;
  case_result result_;
};

}  // namespace

const std::vector<std::string_view>& liveness_kinds() {
  static const std::vector<std::string_view> all = [] {
    std::vector<std::string_view> names;
    for (const auto& [name, run] : liveness_case::cases()) names.push_back(name);
    return names;
  }();
  return all;
}

case_result run_liveness_case(const case_options& options) { return liveness_case{options}.run(); }

}  // namespace scalesmall::simulation
