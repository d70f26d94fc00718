#include "ops/lease_keeper.hpp"

#include <future>

#include <doctest/doctest.h>

namespace scalesmall {

namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

const leased_claim leased{"g", {0, 9}, 80};

/// A keeper, and the first claim that it takes back.
struct keeper_of_leases {
  std::promise<leased_claim> first;
  lease_keeper keeper{
      {[this](const leased_claim& x) { first.set_value(x); }, [](const leased_claim&) {}}};

  bool takes_back_within(std::chrono::milliseconds limit) {
    auto taken = first.get_future();
    return taken.wait_for(limit) == std::future_status::ready && taken.get() == leased;
  }
};

}  // namespace

TEST_CASE_FIXTURE(keeper_of_leases, "a lease that is over is taken back") {
  CHECK(keeper.lease(leased, 1ms, [] { return timed_item{}; }));
  CHECK(takes_back_within(30s));
}

TEST_CASE_FIXTURE(keeper_of_leases, "a claim that was made, and that the disk did not take, ends") {
  const auto made =
      keeper.lease(leased, 1ms, [] { return lease_keeper::outcome{call_error::not_kept}; });
  CHECK(made.error() == call_error::not_kept);
  CHECK(takes_back_within(30s));
}

TEST_CASE_FIXTURE(keeper_of_leases, "a claim that the disk did not take stands for good, too") {
  CHECK(keeper.lease(leased, 500ms, [] { return timed_item{}; }));
  const auto made =
      keeper.claim({leased}, [] { return lease_keeper::outcome{call_error::not_kept}; });
  CHECK(made.error() == call_error::not_kept);
  CHECK_FALSE(takes_back_within(700ms));
}

TEST_CASE_FIXTURE(keeper_of_leases, "a claim that was refused has no lease") {
  const auto refuse = [] { return lease_keeper::outcome{call_error::limit_exceeded}; };
  CHECK_FALSE(keeper.lease(leased, 1ms, refuse));
  CHECK_FALSE(takes_back_within(50ms));
}

}  // namespace scalesmall
