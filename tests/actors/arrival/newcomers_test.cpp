#include "actors/arrival/newcomers.hpp"

#include <doctest/doctest.h>

#include "tests/actors/names.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

namespace {

gossip said_by(const net_id& x) {
  gossip said;
  said.current_id = {x, 7};
  return said;
}

gossip asked_by(const net_id& x) {
  auto asked = said_by(x);
  asked.summary = digest{exchange::request, {}};
  return asked;
}

}  // namespace

TEST_CASE("newcomers that turn to this node are to be announced, while they are new") {
  newcomers all{at(0s)};
  all.note(asked_by(nth(3)), arrival_path::tcp, false, at(5s));
  all.note(asked_by(nth(2)), arrival_path::tcp, false, at(5s));
  all.note(asked_by(nth(2)), arrival_path::tcp, true, at(5s));
  all.note(said_by(nth(4)), arrival_path::tcp, false, at(5s));
  all.note(asked_by(nth(5)), arrival_path::tcp, true, at(5s));
  CHECK(all.to_announce() == std::vector{nth(2), nth(3)});
  all.note(said_by(nth(9)), arrival_path::tcp, true, at(5s + newcomers::newness));
  CHECK(all.to_announce().empty());
}

TEST_CASE("of many who began together with this node and are heard none is announced") {
  newcomers all{at(0s)};
  const auto other = [](std::size_t n) { return nth(static_cast<std::uint8_t>(10 + n)); };
  for (std::size_t n = 0; n < newcomers::together_max; ++n)
    all.note(said_by(other(n)), arrival_path::multicast, false, at(500ms));
  all.note(asked_by(other(0)), arrival_path::tcp, true, at(500ms));
  all.note(asked_by(nth(2)), arrival_path::tcp, false, at(500ms));
  all.note(asked_by(nth(3)), arrival_path::tcp, false, at(500ms));
  CHECK(all.to_announce() == std::vector{nth(2), nth(3), other(0)});
  all.note(said_by(nth(2)), arrival_path::multicast, true, at(600ms));  // one more, and it is many
  CHECK(all.to_announce() == std::vector{nth(3)});
}

TEST_CASE("a node that has run for a while announces newcomers it hears too") {
  newcomers all{at(0s)};
  all.note(said_by(nth(2)), arrival_path::multicast, false, at(1h));
  all.note(asked_by(nth(2)), arrival_path::tcp, true, at(1h));
  CHECK(all.to_announce() == std::vector{nth(2)});
}

TEST_CASE("how many newcomers are remembered is bounded") {
  newcomers all{at(0s)};
  for (std::uint64_t i = 0; i < newcomers::newcomers_max + 10; ++i)
    all.note(asked_by({ip_address::from_halves(1, i), 1}), arrival_path::tcp, false, at(5s));
  CHECK(all.to_announce().size() == newcomers::newcomers_max);
}
