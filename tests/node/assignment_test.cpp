#include <algorithm>
#include <future>
#include <mutex>
#include <scalesmall/assignment.hpp>
#include <set>
#include <stdexcept>
#include <utility>

#include <doctest/doctest.h>

#include "actors/node_access.hpp"
#include "actors/node_context.hpp"
#include "actors/topology/topology.hpp"
#include "tests/node/await_group.hpp"
#include "tests/node/loopback.hpp"
#include "tests/node/quick_timing.hpp"

using namespace scalesmall;

namespace {

/// A machine that is busy for a second is not to count as a node that stood still.
serve_options patient_service(std::uint32_t expect = 0) {
  auto x = quick_service(1, expect);
  x.timing.cover_silent = std::chrono::seconds{30};
  return x;
}

/// A program without actors that serves by plan.
class ranges_of_program {
public:
  /// The next load fails.
  void fail_once() { fails_ = true; }
  /// The first load takes until end_first_load(). To be called before all else.
  void begin_first_load_only() { blocks_ = true; }
  std::future<void> first_load() { return begun_.get_future(); }
  void end_first_load() { may_end_.set_value(); }

  range_handler functions() {
    return {[this](const range_assigned& x, const range_answers& answers) {
              if (std::exchange(blocks_, false)) {
                begun_.set_value();
                may_end_.get_future().wait();
              }
              const std::lock_guard lock{mutex_};
              if (std::exchange(fails_, false)) throw std::runtime_error{"once"};
              has_.insert(x.range);
              answers.ready(x.range);
            },
            [this](const range_revoked& x, const range_answers& answers) {
              const std::lock_guard lock{mutex_};
              has_.erase(x.range);
              answers.released(x.range);
            },
            [this](const range_lost& x) {
              const std::lock_guard lock{mutex_};
              has_.erase(x.range);
            }};
  }
  std::size_t size() {
    const std::lock_guard lock{mutex_};
    return has_.size();
  }

private:
  std::mutex mutex_;
  bool fails_ = false;
  bool blocks_ = false;
  std::promise<void> begun_;
  std::promise<void> may_end_;
  std::set<key_range> has_;
};

bool is_done(node& x, std::size_t members) {
  const auto plan = x.plan("g");
  return plan && plan->members.size() == members && plan->to_take_up == 0 &&
         plan->to_give_up == 0 && plan->uncovered == 0;
}

/// What it waits for also depends on a group that tells no subscriber.
void await_plan(node& x, std::size_t members, const char* what) {
  const auto& topologies = node_access::context(x).topologies;
  await_success(what, [&] {
    const auto seen = topologies.version();
    if (is_done(x, members)) return true;
    (void)topologies.wait_for_change(seen, std::chrono::milliseconds{50});
    return false;
  });
}

}  // namespace

TEST_CASE("real nodes serve by plan: they join, one drains, one stops") {
  loopback hosts;
  ranges_of_program programs[3];
  programs[0].fail_once();
  auto& a = hosts.start({}, true);
  auto& b = hosts.start({a.id()}, true);
  auto& c = hosts.start({a.id()}, true);
  auto serves_a = a.serve("g", patient_service(2), programs[0].functions());
  auto serves_b = b.serve("g", patient_service(2), programs[1].functions());
  REQUIRE(serves_a);
  REQUIRE(serves_b);
  await_plan(a, 2, "two nodes that serve");
  programs[2].begin_first_load_only();
  auto loads_in_c = programs[2].first_load();
  auto serves_c = c.serve("g", patient_service(), programs[2].functions());
  REQUIRE(serves_c);
  // A function that does not return costs the ranges of its own node: the others serve on.
  CHECK(loads_in_c.wait_for(await_limit) == std::future_status::ready);
  CHECK(programs[0].size() + programs[1].size() == 16);
  CHECK(a.coverage("g").gaps().empty());
  CHECK(b.plan("g")->uncovered == 0);
  programs[2].end_first_load();
  await_plan(a, 3, "a third one");
  CHECK(programs[0].size() + programs[1].size() + programs[2].size() == 16);
  CHECK(programs[2].size() > 0);
  REQUIRE(serves_c->plan());
  CHECK(serves_c->plan()->members.size() == 3);

  REQUIRE(serves_a->drain(await_limit));
  CHECK(programs[0].size() == 0);
  await_plan(b, 2, "a plan without the first one");
  CHECK(programs[1].size() + programs[2].size() == 16);
  CHECK(serves_a->drain(await_limit).error() == call_error::not_found);

  REQUIRE(serves_b->capacity(3));
  CHECK(serves_b->capacity(0).error() == call_error::invalid_argument);
  const auto third = c.id();
  serves_c->end();
  c.stop();
  // The others have heard of both.
  await_group(b, "g", "claims of the third one taken back", [&] {
    const auto claims = b.topology("g", op::add);
    return std::ranges::none_of(claims, [&](const auto& x) { return x.item.member == third; });
  });
  await_plan(b, 1, "a plan without the third one");
  CHECK(programs[1].size() == 16);
  CHECK(b.serve("g", patient_service(), {}).error() == call_error::invalid_argument);
  serves_b->end();
  await_group(b, "g", "claims taken back", [&] { return b.topology("g", op::add).empty(); });
}
