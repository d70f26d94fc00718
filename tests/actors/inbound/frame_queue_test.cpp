#include "actors/inbound/frame_queue.hpp"

#include <chrono>
#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "tests/actors/inbound/admission_setting.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

namespace {

struct queue_setting : admission_setting {
  frame_queue backlog{intake, nth(2)};

  [[nodiscard]] bytes small(std::uint64_t number) const { return frame(number, 1); }
  [[nodiscard]] bytes dense(std::uint64_t number) const { return frame(number, 20'000); }

  frame_admission::gossip_ptr next() {
    auto content = backlog.next();
    REQUIRE(content);
    return *content;
  }
  /// A gossip from a dense frame. While it is held, no other dense frame can be read.
  frame_admission::gossip_ptr busy() {
    auto frame = intake.open(dense(1), nth(3));
    REQUIRE(frame);
    return *intake.read(*frame, nth(3));
  }
  /// The number of the next gossip, which is released at once; 0 if there is none now.
  std::uint64_t next_number() {
    const auto content = next();
    return content ? content->current_id.seqno : 0;
  }
};

}  // namespace

TEST_CASE("frames come out in order, one at a time") {
  queue_setting x;
  CHECK(x.backlog.empty());
  x.backlog.add({x.small(1), x.small(2)});
  CHECK_FALSE(x.backlog.is_read());
  CHECK(x.next_number() == 1);
  x.backlog.add({x.small(3)});
  CHECK(x.next_number() == 2);
  CHECK(x.next_number() == 3);
  CHECK(x.backlog.empty());
  CHECK(x.next_number() == 0);
}

TEST_CASE("a dense frame that must wait lets later frames pass") {
  queue_setting x;
  x.backlog.add({x.dense(1), x.dense(2), x.small(3), x.dense(4), x.small(5)});
  auto first = x.next();
  REQUIRE(first);
  CHECK(first->current_id.seqno == 1);
  CHECK(x.next_number() == 3);
  CHECK(x.next_number() == 5);
  CHECK(x.backlog.is_read());
  CHECK_FALSE(x.backlog.empty());
  CHECK(x.next_number() == 0);

  x.now += 1s;
  first.reset();
  x.now += 9s;
  CHECK(x.next_number() == 2);
  x.backlog.add({x.small(6)});
  CHECK(x.next_number() == 6);  // before the frame aside
  CHECK(x.next_number() == 4);
  CHECK(x.backlog.empty());
  CHECK(x.backlog.take_dropped() == 0);
}

TEST_CASE("a few frames wait aside, the others are dropped") {
  queue_setting x;
  auto first = x.busy();
  for (std::uint64_t n = 1; n <= frame_queue::aside_frames_max + 3; ++n)
    x.backlog.add({x.dense(n)});
  CHECK(x.next_number() == 0);
  CHECK(x.backlog.is_read());
  CHECK(x.backlog.take_dropped() == 3);
  first.reset();
  for (std::uint64_t n = 1; n <= frame_queue::aside_frames_max; ++n) CHECK(x.next_number() == n);
  CHECK(x.backlog.empty());
}

TEST_CASE("the bytes of the frames aside are bounded") {
  queue_setting x;
  auto first = x.busy();
  x.backlog.add({x.frame(1, 99'000), x.frame(2, 99'000), x.dense(3)});
  CHECK(x.next_number() == 0);
  CHECK(x.backlog.take_dropped() == 1);
  first.reset();
  CHECK(x.next_number() == 1);
  CHECK(x.next_number() == 3);
  CHECK(x.backlog.empty());
}

TEST_CASE("the bytes that all connections of a node keep aside are bounded") {
  queue_setting x;
  auto first = x.busy();
  std::vector<std::unique_ptr<frame_queue>> others;
  std::size_t dropped = 0;
  const auto frame = x.frame(1, 99'000);
  for (int i = 0; i < 40; ++i) {
    others.push_back(std::make_unique<frame_queue>(x.intake, nth(3)));
    others.back()->add({frame});
    CHECK(*others.back()->next() == nullptr);
    dropped += others.back()->take_dropped();
  }
  CHECK(dropped > 0);
  CHECK(dropped < 40);
  others.clear();
  x.backlog.add({frame});
  CHECK(x.next_number() == 0);
  CHECK(x.backlog.take_dropped() == 0);
}

TEST_CASE("frames wait unopened while there is no room for their content") {
  queue_setting x;
  std::vector<frame_admission::gossip_ptr> held;
  auto large = x.intake.open(x.frame(1, 4'000), nth(3));
  while (x.intake.has_room()) held.push_back(*x.intake.read(*large, nth(3)));
  const auto before = x.counts->bytes_received.load();
  x.backlog.add({x.small(1)});
  CHECK(x.next_number() == 0);
  CHECK_FALSE(x.backlog.is_read());
  CHECK(x.counts->bytes_received == before);
  held.clear();
  CHECK(x.next_number() == 1);
}

TEST_CASE("the reservation of a large frame is given up once all frames are opened") {
  queue_setting x;
  memory_budget room{10};
  x.backlog.add({x.small(1), x.small(2)}, room.take(10));
  CHECK(x.next_number() == 1);
  CHECK(room.take(10) == nullptr);
  CHECK(x.next_number() == 2);
  CHECK(room.take(10) != nullptr);
}

TEST_CASE("a fault in a frame is returned") {
  queue_setting x;
  auto bad = *x.codec.unwrap(x.dense(2));
  bad.push_back(7);
  SUBCASE("that is read at once") {
    x.backlog.add({x.codec.wrap(bad), x.small(3)});
    CHECK_FALSE(x.backlog.next());
  }
  SUBCASE("that waited aside") {
    auto first = x.busy();
    x.backlog.add({x.codec.wrap(bad), x.small(3)});
    CHECK(x.next_number() == 3);
    first.reset();
    CHECK_FALSE(x.backlog.next());
  }
  CHECK(x.counts->faults[static_cast<std::size_t>(fault::truncated)] == 1);
}
