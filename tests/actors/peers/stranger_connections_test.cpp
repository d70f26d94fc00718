#include "actors/peers/stranger_connections.hpp"

#include <doctest/doctest.h>

#include "tests/actors/names.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;

namespace {

net_id stranger_nth(std::uint64_t n) { return {ip_address::from_halves(1, n), 1}; }

}  // namespace

TEST_CASE("attempts at addresses that somebody invents are few a second") {
  stranger_connections all{1'000'000};
  std::optional<net_id> idle;
  std::uint64_t n = 0;
  double attempts = 0;
  for (time_point now{1s}; now < at(11s); now += 1ms) {
    if (!all.open(stranger_nth(++n), now, idle)) continue;
    ++attempts;
    all.closed(stranger_nth(n));
  }
  CHECK(attempts >= stranger_connections::tokens_max);
  CHECK(attempts <=
        stranger_connections::tokens_max + 10 * stranger_connections::tokens_per_second);
  CHECK_FALSE(idle);
  while (all.open(stranger_nth(++n), at(11s), idle)) all.closed(stranger_nth(n));
  CHECK(all.open(stranger_nth(n), at(11s), idle, stranger_connections::purpose::answer));
}

TEST_CASE("peers that are reached cost no token") {
  stranger_connections all{10};
  std::optional<net_id> idle;
  for (std::uint64_t n = 0; n < 10'000; ++n) {
    REQUIRE(all.open(stranger_nth(n), at(1s), idle));
    all.remove_reached([](const net_id&) { return true; });
  }
  CHECK(all.size() == 0);
}

TEST_CASE("the stranger that is idle for longest makes room for another") {
  stranger_connections all{3};
  std::optional<net_id> idle;
  for (std::uint64_t n = 1; n <= 3; ++n) CHECK(all.open(stranger_nth(n), at(1s), idle));
  all.used(stranger_nth(1), at(1500ms));
  CHECK_FALSE(all.open(stranger_nth(4), at(1900ms), idle));
  CHECK_FALSE(idle);
  CHECK(all.open(stranger_nth(4), at(2s), idle));
  CHECK(idle == stranger_nth(2));
  CHECK(all.size() == 3);
}
