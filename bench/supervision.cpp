// bench_supervision: the cost of supervision, compared with the same work on OTP's own supervisor
// if escript is installed. One line per case, key=value. Times are wall-clock times.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <future>
#include <iostream>
#include <map>
#include <memory>
#include <scalesmall/supervision/actor_shell.hpp>
#include <scalesmall/supervision/exit_reason.hpp>
#include <scalesmall/supervision/tree.hpp>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/typed_actor.hpp>

#include "bench/figures.hpp"
#include "supervision/detail/exit_signal.hpp"

namespace {

using namespace scalesmall::supervision;
using bench_clock = std::chrono::steady_clock;

constexpr int kills = 3000;
constexpr int crowd = 100'000;
constexpr int crowd_rounds = 5;
// Not more, because CAF finds the request of an answer by a linear search in a list.
constexpr int callers = 64;
constexpr int round_trips = 500'000;
constexpr int restarts = 1'000'000;

using echo = caf::typed_actor<caf::replies_to<caf::get_atom>::with<std::uint64_t>>;

/// Answers with its own actor id, so that the caller can tell a restarted actor from its
/// predecessor.
struct echo_state {
  using handle = echo;
  static constexpr const char* name = "echo";
  explicit echo_state(shell_pointer<echo> actor) : self(actor) {}
  echo::behavior_type make_behavior() {
    return {[this](caf::get_atom) { return self->id(); }};
  }
  shell_pointer<echo> self;
};

double us(bench_clock::duration d) { return std::chrono::duration<double, std::micro>(d).count(); }

long resident_bytes() {
  std::ifstream statm{"/proc/self/statm"};
  long size = 0;
  long resident = 0;
  statm >> size >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

/// Kills a child and asks through its stable reference until a new actor answers; `rounds` times.
class killer : public caf::event_based_actor {
public:
  using result = std::vector<double>;

  killer(caf::actor_config& config, echo target, int rounds,
         std::shared_ptr<std::promise<result>> done)
      : caf::event_based_actor(config),
        target_(std::move(target)),
        rounds_(rounds),
        done_(std::move(done)) {}

  caf::behavior make_behavior() override {
    ask();
    return {[](caf::unit_t) {}};
  }

private:
  void ask() {
    request(target_, caf::infinite, caf::get_atom_v)
        .then([this](std::uint64_t id) { answered(id); }, [this](const caf::error&) { ask(); });
  }

  void answered(std::uint64_t id) {
    if (id == last_) return ask();
    last_ = id;
    const auto now = bench_clock::now();
    if (killed_) times_.push_back(us(now - *killed_));
    if (static_cast<int>(times_.size()) == rounds_) {
      done_->set_value(times_);
      return quit();
    }
    killed_ = bench_clock::now();
    signal_exit(caf::actor_cast<caf::strong_actor_ptr>(target_),
                caf::make_error(caf::exit_reason::kill));
    ask();
  }

  echo target_;
  int rounds_;
  std::shared_ptr<std::promise<result>> done_;
  std::uint64_t last_ = 0;
  std::optional<bench_clock::time_point> killed_;
  result times_;
};

std::vector<double> kill_times(caf::actor_system& system, const echo& target, int rounds) {
  auto done = std::make_shared<std::promise<std::vector<double>>>();
  auto times = done->get_future();
  system.spawn<killer>(target, rounds, done);
  auto sorted = times.get();
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

double at(const std::vector<double>& sorted, double quantile) {
  return sorted[static_cast<std::size_t>(quantile * static_cast<double>(sorted.size() - 1))];
}

supervisor_spec eager() {
  supervisor_spec spec;
  spec.intensity = 1'000'000'000;
  spec.period = std::chrono::milliseconds{1};
  return spec;
}

tree start(caf::actor_system& system, const supervisor_spec& spec) {
  auto t = tree::start(system, "bench", spec, {.report = {}});
  if (!t) throw std::runtime_error(describe(t.error()));
  return *t;
}

namespace bench = scalesmall::bench;
using bench::figures;

void measure_kill(caf::actor_system& system, figures& out) {
  stable_ref<echo> ref{system};
  auto spec = eager();
  spec.children.push_back({.id = "echo", .start = start_shell<echo_state>(), .ref = ref});
  const auto t = start(system, spec);
  const auto times = kill_times(system, ref.handle(), kills);
  out["kill_to_answer_us_p50"] = at(times, 0.5);
  out["kill_to_answer_us_p99"] = at(times, 0.99);
  (void)t.stop();
}

/// Starts `count` children with up to `window` requests in flight. It is done when each request has
/// been answered with a child that is ready.
class crowd_starter : public caf::event_based_actor {
public:
  crowd_starter(caf::actor_config& config, caf::actor pool, int count, int window,
                std::promise<void>* done)
      : caf::event_based_actor(config),
        pool_(std::move(pool)),
        to_send_(count),
        to_come_(count),
        window_(window),
        done_(done) {}

  caf::behavior make_behavior() override {
    for (int i = 0; i < window_; ++i) start_one();
    return {[](caf::unit_t) {}};
  }

private:
  void start_one() {
    if (to_send_-- <= 0) return;
    request(pool_, caf::infinite, start_instance{})
        .then([this](const caf::strong_actor_ptr& child) { started(child); },
              [this](const caf::error& e) { fail(describe(e)); });
  }

  void started(const caf::strong_actor_ptr& child) {
    if (child == nullptr) return fail("no child");
    start_one();
    if (--to_come_ > 0) return;
    done_->set_value();
    quit();
  }

  void fail(const std::string& why) {
    done_->set_exception(std::make_exception_ptr(std::runtime_error(why)));
    quit();
  }

  caf::actor pool_;
  int to_send_;
  int to_come_;
  int window_;
  std::promise<void>* done_;
};

bench_clock::duration start_instances(caf::actor_system& system, const caf::actor& pool, int count,
                                      int window) {
  std::promise<void> done;
  const auto begin = bench_clock::now();
  system.spawn<crowd_starter>(pool, count, window, &done);
  done.get_future().get();
  return bench_clock::now() - begin;
}

tree start_pool(caf::actor_system& system) {
  auto pool = eager();
  pool.strategy = restart_strategy::simple_one_for_one;
  pool.children.push_back({.id = "echo", .start = start_shell<echo_state>()});
  auto root = eager();
  root.children.push_back(supervisor_child("pool", pool));
  return start(system, root);
}

figures crowd_round(caf::actor_system& system, int window) {
  const auto t = start_pool(system);
  const auto pool = t.supervisor("bench/pool");
  figures out;

  const auto before = resident_bytes();
  const auto took = start_instances(system, pool.actor(), crowd, window);
  out["start_per_s"] = crowd / (us(took) / 1e6);
  out["bytes_per_child"] = static_cast<double>(resident_bytes() - before) / crowd;

  const auto begin_which = bench_clock::now();
  const auto children = pool.which_children();
  out["which_children_ms"] = us(bench_clock::now() - begin_which) / 1e3;
  if (!children || children->size() != crowd) throw std::runtime_error("children are missing");

  const auto begin_stop = bench_clock::now();
  if (!t.stop()) throw std::runtime_error("children do not stop");
  out["stop_all_ms"] = us(bench_clock::now() - begin_stop) / 1e3;
  return out;
}

/// The medians of some rounds, but the memory of the first round: later ones reuse freed memory.
void measure_crowd(caf::actor_system& system, figures& out) {
  const auto measure = [&](int window) {
    std::vector<figures> rounds;
    for (int i = 0; i < crowd_rounds; ++i) rounds.push_back(crowd_round(system, window));
    figures median{{"bytes_per_child", rounds.front()["bytes_per_child"]}};
    for (const auto* key : {"start_per_s", "which_children_ms", "stop_all_ms"}) {
      std::vector<double> values;
      for (auto& round : rounds) values.push_back(round[key]);
      std::sort(values.begin(), values.end());
      median[key] = at(values, 0.5);
    }
    return median;
  };
  out.merge(measure(callers));
  out["start_one_by_one_per_s"] = measure(1)["start_per_s"];
}

double crash_among(caf::actor_system& system, int siblings) {
  stable_ref<echo> ref{system};
  auto spec = eager();
  for (int i = 0; i < siblings; ++i)
    spec.children.push_back({.id = std::to_string(i), .start = start_shell<echo_state>()});
  spec.children[static_cast<std::size_t>(siblings) / 2].ref = ref;
  const auto t = start(system, spec);
  const auto p50 = at(kill_times(system, ref.handle(), kills), 0.5);
  (void)t.stop();
  return p50;
}

double request_ns(caf::actor_system& system, const echo& target) {
  std::promise<bench_clock::duration> done;
  system.spawn([&](caf::event_based_actor* self) {
    auto left = std::make_shared<int>(round_trips);
    auto next = std::make_shared<std::function<void()>>();
    const auto begin = bench_clock::now();
    *next = [&done, self, target, left, next, begin] {
      self->request(target, caf::infinite, caf::get_atom_v)
          .then(
              [&done, left, next, begin](std::uint64_t) {
                if (--*left > 0) return (*next)();
                done.set_value(bench_clock::now() - begin);
                *next = nullptr;
              },
              [](const caf::error&) {});
    };
    (*next)();
  });
  return us(done.get_future().get()) * 1e3 / round_trips;
}

void measure_reference(caf::actor_system& system, figures& out) {
  stable_ref<echo> ref{system};
  auto spec = eager();
  spec.children.push_back({.id = "echo", .start = start_shell<echo_state>(), .ref = ref});
  const auto t = start(system, spec);
  const auto direct = caf::actor_cast<echo>(t.find("bench/echo"));
  // Alternating, best of five: other load affects both alike.
  double with = 1e18;
  double without = 1e18;
  for (int i = 0; i < 5; ++i) {
    without = std::min(without, request_ns(system, direct));
    with = std::min(with, request_ns(system, ref.handle()));
  }
  out["request_ns"] = without;
  out["request_by_reference_ns"] = with;
  (void)t.stop();
}

/// A million restarts in one tree: their speed and the memory that they leak.
void measure_restarts(caf::actor_system& system, figures& out) {
  stable_ref<echo> ref{system};
  auto spec = eager();
  spec.children.push_back({.id = "echo", .start = start_shell<echo_state>(), .ref = ref});
  const auto t = start(system, spec);
  (void)kill_times(system, ref.handle(), restarts / 100);
  const auto before = resident_bytes();
  const auto begin = bench_clock::now();
  for (int i = 0; i < 10; ++i) (void)kill_times(system, ref.handle(), restarts / 10);
  out["restarts_per_s"] = restarts / (us(bench_clock::now() - begin) / 1e6);
  const auto left = static_cast<double>(resident_bytes() - before) / restarts;
  out["bytes_left_per_restart"] = left;
  (void)t.stop();
  // The smallest object that a restart could leak is at least this big.
  if (left >= 8) throw std::runtime_error("restarts leave " + std::to_string(left) + " bytes each");
}

void print(const std::string& label, const std::vector<std::string>& keys, const figures& ours,
           const figures& otp) {
  std::printf("case=%s", label.c_str());
  for (const auto& key : keys) {
    const auto value = ours.at(key);
    std::printf(" %s=%.1f", key.c_str(), value);
    const auto other = otp.find(key);
    if (other != otp.end())
      std::printf(" otp_%s=%.1f %s_ratio=%.2f", key.c_str(), other->second, key.c_str(),
                  value / other->second);
  }
  std::printf("\n");
  std::fflush(stdout);
}

}  // namespace

int main() {
  caf::actor_system_config config;
  config.set("scheduler.policy", caf::atom("sharing"));
  config.set("scheduler.max-threads", std::size_t{2});
  config.set("scheduler.max-throughput", std::size_t{300});
  caf::actor_system system{config};
  // The same work in Erlang; no figures without escript.
  const auto otp = bench::figures_of("command -v escript >/dev/null && escript " OTP_PEER);

  figures ours;
  measure_kill(system, ours);
  print("kill", {"kill_to_answer_us_p50", "kill_to_answer_us_p99"}, ours, otp);
  measure_crowd(system, ours);
  print("crowd",
        {"start_per_s", "start_one_by_one_per_s", "bytes_per_child", "which_children_ms",
         "stop_all_ms"},
        ours, otp);
  measure_restarts(system, ours);
  print("restarts", {"restarts_per_s", "bytes_left_per_restart"}, ours, otp);
  ours["crash_among_10_us"] = crash_among(system, 10);
  ours["crash_among_100000_us"] = crash_among(system, crowd);
  print("siblings", {"crash_among_10_us", "crash_among_100000_us"}, ours, otp);
  measure_reference(system, ours);
  ours["reference_adds_ns"] = ours["request_by_reference_ns"] - ours["request_ns"];
  print("reference", {"request_ns", "request_by_reference_ns", "reference_adds_ns"}, ours, otp);
}
