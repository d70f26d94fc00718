#include "actors/inbound/frame_admission.hpp"

#include <chrono>
#include <vector>

#include <doctest/doctest.h>

#include "tests/actors/inbound/admission_setting.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

namespace {

struct admission_world : admission_setting {
  opened_frame frame_of(std::uint32_t members, std::uint64_t step) {
    return opened(frame(1, members, step, 7));
  }
};

}  // namespace

TEST_CASE("the entries of all held gossips are bounded") {
  admission_world x;
  auto frame = x.frame_of(20'000, 1);
  std::vector<frame_admission::gossip_ptr> held;
  while (x.intake.has_room()) {
    auto content = x.intake.read(frame, nth(2));
    REQUIRE(content);
    REQUIRE(*content);
    held.push_back(std::move(*content));
  }
  CHECK(held.size() == 5);
  held.pop_back();
  CHECK(x.intake.has_room());
}

TEST_CASE("names and program messages count by their bytes") {
  admission_world x;
  gossip content{{nth(2), 1}, {}, {}, {}, {}, {}};
  SUBCASE("messages") {
    content.application = application_batch{{nth(2), 1}, "g", "tag", {1'000'000}, bytes(1'000'000)};
  }
  SUBCASE("names") {
    for (int i = 10'000; i < 30'000; ++i)
      content.messages.push_back({std::string(40, 'g') + std::to_string(i), {}, {}});
  }
  SUBCASE("names in a digest") {
    content.summary.emplace();
    for (int i = 10'000; i < 30'000; ++i) {
      group_digest group;
      group.group_name = std::string(40, 'g') + std::to_string(i);
      content.summary->groups.push_back(std::move(group));
    }
  }
  auto frame = x.intake.open(x.codec.wrap(encode(content)), nth(2));
  REQUIRE(frame);
  std::vector<frame_admission::gossip_ptr> held;
  while (x.intake.has_room() && held.size() < 100) {
    auto again = *frame;
    held.push_back(*x.intake.read(again, nth(2)));
  }
  CHECK(held.size() <= 8);  // a MB each, 8 MB together
}

TEST_CASE("one dense frame is read at a time, and all have a tenth of the time") {
  admission_world x;
  auto bomb = x.frame_of(20'000, 1);
  bomb.frame_bytes = 100;  // as if it had been compressed very well
  auto common = x.frame_of(1'000, 1);

  auto first = x.intake.read(bomb, nth(2));
  REQUIRE(first);
  REQUIRE(*first != nullptr);
  x.now += 1s;
  CHECK(*x.intake.read(bomb, nth(2)) == nullptr);
  CHECK(*x.intake.read(common, nth(3)) != nullptr);

  first->reset();
  x.now += 9s - 1ms;
  CHECK(*x.intake.read(bomb, nth(2)) == nullptr);
  CHECK(*x.intake.read(common, nth(3)) != nullptr);
  x.now += 1ms;
  CHECK(*x.intake.read(bomb, nth(2)) != nullptr);
}

TEST_CASE("a bad dense frame does not make the next one wait") {
  admission_world x;
  auto bomb = x.frame_of(20'000, 1);
  bomb.frame_bytes = 100;
  auto bad = bomb;
  bad.body.push_back(7);
  const auto refused = x.intake.read(bad, nth(2));
  REQUIRE_FALSE(refused);
  CHECK(*x.intake.read(bomb, nth(2)) != nullptr);
}

TEST_CASE("a host that cannot be read is told until it is read") {
  admission_world x;
  const frame_codec blue{"blue"};
  CHECK(x.intake.unreadable().empty());
  const auto refused = x.intake.open(blue.wrap(bytes(10)), nth(3));
  REQUIRE_FALSE(refused);
  x.intake.refuse(fault::bad_magic, nth(4));  // noise is of no cluster
  CHECK(x.intake.unreadable() == std::vector{std::pair{nth(3).address, fault::wrong_cluster}});
  REQUIRE(x.intake.open(x.frame(1, 1), nth(3)));
  CHECK(x.intake.unreadable().empty());
}

TEST_CASE("a host that connects and leaves is told until it says something") {
  admission_world x;
  x.intake.left_by(nth(3));
  CHECK(x.intake.silent_hosts().empty());
  x.intake.left_by(nth(3));
  CHECK(x.intake.silent_hosts() == std::vector{nth(3).address});
  x.intake.spoken_to_by(nth(3));
  CHECK(x.intake.silent_hosts().empty());
}

TEST_CASE("a peer that refuses this node is told until it answers") {
  admission_world x;
  x.intake.closed_by(nth(3));
  CHECK(x.intake.refused_by().empty());
  x.intake.closed_by(nth(3));
  CHECK(x.intake.refused_by() == std::vector{nth(3)});
  x.intake.answered_by(nth(3));
  CHECK(x.intake.refused_by().empty());
}
