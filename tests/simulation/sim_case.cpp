#include "tests/simulation/sim_case.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <iterator>
#include <limits>
#include <map>
#include <stdexcept>

#include "tests/at.hpp"
#include "tests/simulation/liveness_cases.hpp"
#include "tests/simulation/mixed_faults.hpp"
#include "tests/simulation/spread.hpp"
#include "tests/simulation/warm_start.hpp"

namespace scalesmall::simulation {

namespace {

using namespace std::chrono_literals;

constexpr const char* group = "all";

/// Of the cases in which nodes make and take back many claims: they need not wait long for removals
/// to go.
constexpr duration short_grace = 3s;

constexpr duration warm_up = 3s;
constexpr duration agreement_limit = 200s;

double seconds(duration t) {
  return t == duration::max() ? std::numeric_limits<double>::infinity()
                              : std::chrono::duration<double>(t).count();
}

duration time_of(double seconds) {
  return std::chrono::duration_cast<duration>(std::chrono::duration<double>{seconds});
}

class sim_case {
public:
  explicit sim_case(const case_options& options)
      : options_(options),
        all_({.nodes = options.nodes,
              .seed = options.seed,
              .multicast = options.multicast != multicast_mode::off,
              .grace = short_grace,
              .count_bytes = options.bytes,
              .reencode = options.wire}) {
    all_.network().faults.loss = options.loss;
    all_.network().faults.duplication = options.duplication;
    for (std::size_t i = 0; i < options.nodes; ++i) {
      const bool odd = i % 2 == 1;
      if (options.multicast == multicast_mode::one_way) all_.network().set_deaf(i, odd);
      if (options.multicast == multicast_mode::two_subnets) all_.network().set_subnet(i, odd);
    }
  }

  case_result run() {
    static const std::map<std::string, void (sim_case::*)()> cases{
        {"mixed", &sim_case::mixed},      {"update", &sim_case::update},
        {"start", &sim_case::start},      {"late_seed", &sim_case::late_seed},
        {"halves", &sim_case::halves},    {"idle", &sim_case::idle},
        {"ranges", &sim_case::ranges},    {"restarts", &sim_case::restarts},
        {"messages", &sim_case::messages}};
    (this->*cases.at(options_.kind))();
    return std::move(result_);
  }

private:
  void say(const std::string& key, double value) { result_.values.emplace_back(key, value); }

  void warm() {
    warm_start(all_, group, std::min(options_.members, options_.nodes));
    all_.run(warm_up);
  }

  /// Lets all agree; says how long that took from now on.
  void agree(const std::string& key) {
    const auto since = all_.now();
    const bool agreed = all_.run_until([this] { return all_.agree(); }, agreement_limit);
    say(key, seconds(agreed ? all_.now() - since : duration::max()));
    if (!agreed) result_.wrong.push_back("the nodes do not agree");
  }

  /// Lets all nodes finish with the program messages; says how long that took from now on.
  void settle(const std::string& key) {
    const auto since = all_.now();
    const bool settled =
        all_.run_until([this] { return all_.messages_are_settled(); }, agreement_limit);
    say(key, seconds(settled ? all_.now() - since : duration::max()));
    if (!settled) result_.wrong.push_back("program messages are on their way for ever");
  }

  /// The properties that must hold at the end, and how large the nodes' states are.
  void close() {
    all_.network().faults = {};
    (void)all_.run_until([this] { return all_.agree(); }, agreement_limit);
    all_.run(short_grace + 1s);
    std::ranges::move(check_all(all_), std::back_inserter(result_.wrong));
    std::size_t rows = 0;
    std::size_t claims = 0;
    std::size_t peers = 0;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (!all_.is_up(i)) continue;
      std::size_t rows_here = 0;
      std::size_t claims_here = 0;
      for (const auto& [name, known] : all_.node(i).state().groups) {
        rows_here += known->all().size();
        claims_here += known->claims();
      }
      rows = std::max(rows, rows_here);
      claims = std::max(claims, claims_here);
      peers = std::max(peers, all_.node(i).peers().known().size());
    }
    say("rows_max", static_cast<double>(rows));
    say("claims_max", static_cast<double>(claims));
    say("peers_max", static_cast<double>(peers));
  }

  void say_traffic(const traffic& before, double per) {
    const auto& after = all_.sent();
    const auto part = [per](std::uint64_t now, std::uint64_t then) {
      return static_cast<double>(now - then) / per;
    };
    say("stream_messages", part(after.stream_messages, before.stream_messages));
    say("acknowledgements", part(after.acknowledgements, before.acknowledgements));
    say("datagrams", part(after.datagrams, before.datagrams));
    if (options_.bytes) say("bytes", part(after.bytes, before.bytes));
  }

  void mixed() {
    run_mixed_faults(all_, {});
    agree("agreed_s");
    settle("settled_s");
    say("requests_refused", static_cast<double>(all_.counts().requests_refused));
    say_traffic({}, 1);
    close();
  }

  void update() {
    warm();
    const auto before = all_.sent();
    const auto all = spread_changes(all_, group, options_.changes, 30s);
    for (const auto& [key, part] : {std::pair{"to_50_ms", 0.5},
                                    {"to_99_ms", 0.99},
                                    {"to_99.9_ms", 0.999},
                                    {"to_99.99_ms", 0.9999},
                                    {"to_all_ms", 1.0}})
      say(key, seconds(all.until(part)) * 1e3);
    say("rounds", all.rounds);
    say_traffic(before, static_cast<double>(options_.changes));
  }

  void start_one(std::size_t i) {
    all_.start(i, i == 0 ? std::vector<std::size_t>{} : std::vector<std::size_t>{0});
    all_.join(i, group);
  }

  void start() {
    for (std::size_t i = 0; i < all_.size(); ++i) start_one(i);
    find_each_other();
  }

  void late_seed() {
    for (std::size_t i = 1; i < all_.size(); ++i) start_one(i);
    all_.run(time_of(options_.seconds));
    start_one(0);
    find_each_other();
  }

  /// Lets all know all members; says how long that took from now on.
  void find_each_other() {
    const auto complete = [this] {
      return members(all_.node(all_.size() - 1).state(), group).size() == all_.size();
    };
    const auto since = all_.now();
    const bool agreed = all_.run_until([&] { return complete() && all_.agree(); }, agreement_limit);
    say("agreed_s", seconds(agreed ? all_.now() - since : duration::max()));
    if (!agreed) result_.wrong.push_back("the nodes do not agree");
    say_traffic({}, static_cast<double>(all_.size()));
  }

  void halves() {
    warm();
    for (std::size_t i = all_.size() / 2; i < all_.size(); ++i) all_.network().set_side(i, 1);
    const auto pause = time_of(options_.seconds / static_cast<double>(options_.changes));
    for (std::size_t n = 0; n < options_.changes; ++n) {
      const auto key = static_cast<std::uint32_t>(n);
      for (const auto first : {std::size_t{0}, all_.size() / 2})
        all_.add_item(first + all_.random().below(all_.size() / 2), group, {key, key}, 80);
      all_.run(pause);
    }
    all_.network().heal();
    agree("agreed_s");
    close();
  }

  void idle() {
    warm();
    all_.run(warm_up);
    const auto before = all_.sent();
    all_.run(time_of(options_.seconds));
    say_traffic(before, options_.seconds * static_cast<double>(all_.size()));
  }

  void ranges() {
    warm();
    const auto before = all_.sent();
    for (std::uint32_t n = 0; n < options_.changes; ++n)
      all_.add_item(0, group, {2 * n, 2 * n}, 80);
    agree("agreed_s");
    say_traffic(before, 1);
    const auto then = all_.sent();
    all_.add_item(0, group, {1, 1}, 80);
    agree("one_more_s");
    if (options_.bytes) say("one_more_bytes", static_cast<double>(all_.sent().bytes - then.bytes));
    close();
  }

  void messages() {
    warm();
    const auto members = std::min(options_.members, options_.nodes);
    const auto pause = time_of(options_.seconds / static_cast<double>(options_.changes));
    const auto before = all_.sent();
    for (std::size_t n = 0; n < options_.changes; ++n) {
      if (!all_.send_message(all_.random().below(members), group))
        result_.wrong.push_back("a message was not accepted");
      all_.run(pause);
    }
    settle("settled_s");
    std::ranges::move(check_messages(all_), std::back_inserter(result_.wrong));
    const auto& log = all_.messages();
    say("deliveries", static_cast<double>(log.deliveries()));
    say("repeated", static_cast<double>(log.repeated()));
    say("undelivered", static_cast<double>(all_.counts().messages_undelivered));
    say_traffic(before, static_cast<double>(options_.changes));
  }

  void restarts() {
    warm();
    const std::size_t node = 1;
    for (std::uint32_t n = 0; n < options_.changes; ++n) {
      all_.start(node, {0});
      all_.add_item(node, group, {n, n}, 80);
      all_.run(duration{all_.random().below(2'000'000'000)});
    }
    agree("agreed_s");
    close();
  }

  case_options options_;
  cluster all_;
  case_result result_;
};

}  // namespace

double case_result::at(const std::string& key) const {
  const auto found = std::ranges::find(values, key, &std::pair<std::string, double>::first);
  if (found == values.end()) throw std::out_of_range{key};
  return found->second;
}

case_result run_case(const case_options& options) {
  const auto& live = liveness_kinds();
  if (std::ranges::find(live, options.kind) != live.end()) return run_liveness_case(options);
  return sim_case{options}.run();
}

std::string to_string(const case_result& x) {
  std::string text;
  for (const auto& [key, value] : x.values) {
    std::array<char, 32> number{};
    std::snprintf(number.data(), number.size(), "%.10g", value);
    text += (text.empty() ? "" : " ") + key + "=" + number.data();
  }
  return text;
}

}  // namespace scalesmall::simulation
