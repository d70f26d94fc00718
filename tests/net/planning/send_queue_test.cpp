#include "net/planning/send_queue.hpp"

#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

#include "net/rng.hpp"

using namespace scalesmall;

namespace {

using tags = std::vector<int>;

}  // namespace

TEST_CASE("frames leave in the order of push, and a confirmed frame is gone") {
  send_queue<int> queue;
  CHECK(queue.push(bytes(10, 1), 1).empty());
  CHECK(queue.push(bytes(20, 2), 2).empty());
  CHECK(queue.take() == bytes(10, 1));
  CHECK(queue.take() == bytes(20, 2));
  CHECK(queue.take() == std::nullopt);
  CHECK(queue.in_flight_bytes() == 30);
  queue.confirm(15);
  CHECK(queue.in_flight_bytes() == 15);
  queue.confirm(15);
  CHECK(queue.empty());
}

TEST_CASE("a full queue drops its oldest frame, returns the tag and counts it") {
  send_queue<int> by_count{{.frames_max = 2}};
  CHECK(by_count.push(bytes(1), 1).empty());
  CHECK(by_count.push(bytes(1), 2).empty());
  CHECK(by_count.push(bytes(1), 3) == tags{1});
  CHECK(by_count.dropped() == 1);

  send_queue<int> by_bytes{{.bytes_max = 100}};
  CHECK(by_bytes.push(bytes(40), 1).empty());
  CHECK(by_bytes.push(bytes(40), 2).empty());
  CHECK(by_bytes.push(bytes(90), 3) == tags{1, 2});
  CHECK(by_bytes.waiting_bytes() == 90);
  // One frame is always accepted, however large: bodies have a limit of their own.
  CHECK(by_bytes.push(bytes(500), 4) == tags{3});
  CHECK(by_bytes.waiting() == 1);
  CHECK(by_bytes.dropped() == 3);
}

TEST_CASE("frames in flight are not dropped") {
  send_queue<int> queue{{.frames_max = 1}};
  CHECK(queue.push(bytes(5), 1).empty());
  REQUIRE(queue.take());
  CHECK(queue.push(bytes(5), 2).empty());
  CHECK(queue.push(bytes(5), 3) == tags{2});
  CHECK(queue.give_up() == tags{1, 3});
}

TEST_CASE("take pauses while the window is full") {
  send_queue<int> queue{{.window_bytes = 10}};
  for (int i = 0; i < 4; ++i) CHECK(queue.push(bytes(8), i).empty());
  CHECK(queue.take());
  CHECK(queue.take());
  CHECK_FALSE(queue.take());
  queue.confirm(8);
  CHECK(queue.take());
  CHECK_FALSE(queue.take());
}

TEST_CASE("give_up returns the frames that the system does not have completely, in order") {
  send_queue<int> queue;
  for (int i = 1; i <= 4; ++i) CHECK(queue.push(bytes(10), i).empty());
  for (int i = 1; i <= 3; ++i) REQUIRE(queue.take());
  queue.confirm(15);
  CHECK(queue.give_up() == tags{2, 3, 4});
  CHECK(queue.empty());
  CHECK(queue.in_flight_bytes() == 0);
  CHECK(queue.push(bytes(10), 5).empty());
  CHECK(queue.take());
  queue.confirm(10);
  CHECK(queue.empty());
}

TEST_CASE("confirming more than is in flight throws") {
  send_queue<int> queue;
  CHECK(queue.push(bytes(10), 1).empty());
  CHECK_THROWS_AS(queue.confirm(1), std::logic_error);
}

TEST_CASE("flows take turns, and the flow with the most bytes loses frames") {
  send_queue<int> queue{{.frames_max = 10}};
  for (int i = 0; i < 9; ++i) CHECK(queue.push(bytes(10), i, 1).empty());
  CHECK(queue.push(bytes(10, 9), 100, 2).empty());
  for (int i = 0; i < 3; ++i) CHECK(queue.push(bytes(10, 9), 101 + i, 2) == tags{i});
  int of_second = 0;
  for (int i = 0; i < 6; ++i) of_second += queue.take() == bytes(10, 9) ? 1 : 0;
  CHECK(of_second == 3);
  CHECK(queue.give_up() == tags{3, 4, 5, 6, 7, 8, 100, 101, 102, 103});
}

TEST_CASE("each frame is delivered, dropped or given up, exactly once") {
  rng random{11};
  for (int run = 0; run < 200; ++run) {
    send_queue<std::size_t> queue{{.frames_max = 8, .bytes_max = 200, .window_bytes = 60}};
    std::vector<std::size_t> sizes;
    std::vector<std::size_t> back;
    std::size_t confirmed = 0;
    for (int step = 0; step < 300; ++step) {
      if (random.chance(0.5)) {
        sizes.push_back(random.between(1, 70));
        for (const auto tag : queue.push(bytes(sizes.back()), sizes.size() - 1))
          back.push_back(tag);
        REQUIRE(queue.waiting() <= 8);
        REQUIRE(queue.waiting_bytes() <= 200);
      } else {
        (void)queue.take();
      }
      if (random.chance(0.4)) {
        const auto sent = random.between(0, queue.in_flight_bytes());
        queue.confirm(sent);
        confirmed += sent;
      }
    }
    REQUIRE(back.size() == queue.dropped());
    const auto begun = queue.in_flight_bytes();
    for (const auto tag : queue.give_up()) back.push_back(tag);
    std::sort(back.begin(), back.end());
    REQUIRE(std::adjacent_find(back.begin(), back.end()) == back.end());
    std::size_t delivered = 0;
    for (std::size_t tag = 0; tag < sizes.size(); ++tag) {
      if (!std::binary_search(back.begin(), back.end(), tag)) delivered += sizes[tag];
    }
    // The last confirmed bytes may belong to a frame that is not complete.
    REQUIRE(delivered <= confirmed);
    REQUIRE(confirmed < delivered + 70);
    REQUIRE(begun <= 60 + 70);
  }
}
