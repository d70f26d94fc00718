#include "actors/messaging/outbox.hpp"

#include <thread>

#include <doctest/doctest.h>

#include "messages/limits.hpp"
#include "tests/actors/names.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nth;

namespace {

const message_address chat{"g", "chat"};
constexpr std::uint32_t life = 7;

bytes text(std::string_view x) { return {x.begin(), x.end()}; }

std::uint64_t number(std::uint32_t n) { return std::uint64_t{life} << 32 | n; }

}  // namespace

TEST_CASE("messages to one address leave together, in order") {
  outbox x{nth(1)};
  CHECK(!x.take(life));
  REQUIRE(x.try_put(chat, text("a")));
  REQUIRE(x.try_put(chat, text("")));
  REQUIRE(x.try_put(chat, text("bc")));
  REQUIRE(x.try_put({"g", "other"}, text("d")));
  REQUIRE(x.try_put({"g", "other", {{nth(2)}}}, text("e")));
  const auto first = x.take(life);
  REQUIRE(first);
  CHECK(*first->batch ==
        application_batch{{nth(1), number(1)}, "g", "chat", {1, 0, 2}, text("abc")});
  CHECK(!first->peers);
  CHECK(x.take(life)->batch->content == text("d"));
  CHECK(x.take(life)->peers == std::vector<net_id>{nth(2)});
  CHECK(!x.take(life));
}

TEST_CASE("no more is on its way than the window holds") {
  outbox x{nth(1)};
  const bytes large(outbox::batch_bytes_target);
  for (std::size_t i = 0; i <= outbox::in_flight_batches_max; ++i) REQUIRE(x.try_put(chat, large));
  for (std::uint32_t i = 1; i <= outbox::in_flight_batches_max; ++i)
    CHECK(x.take(life)->batch->id.seqno == number(i));
  CHECK(!x.take(life));
  x.finish(number(3));
  CHECK(x.take(life));
  CHECK(!x.take(life));
}

TEST_CASE("a message that is larger than the window goes alone") {
  outbox x{nth(1)};
  const bytes large(limits::message_bytes_max);
  REQUIRE(x.try_put(chat, large));
  REQUIRE(x.take(life));
  REQUIRE(x.try_put(chat, large));
  CHECK(!x.try_put(chat, large));
  CHECK(!x.take(life));
  x.finish(number(1));
  CHECK(x.take(life));
}

TEST_CASE("one batch that takes long does not fall out of its receivers' windows") {
  outbox x{nth(1)};
  REQUIRE(x.try_put(chat, text("slow")));
  REQUIRE(x.take(life));
  std::uint32_t n = 1;
  for (;; ++n) {
    REQUIRE(x.try_put(chat, text("x")));
    const auto next = x.take(life);
    if (!next) break;
    x.finish(next->batch->id.seqno);
  }
  CHECK(n == outbox::numbers_on_way_max);
  x.finish(number(1));
  CHECK(x.take(life));
}

TEST_CASE("what was on its way is taken again, under the same numbers and first") {
  outbox x{nth(1)};
  for (const auto* content : {"a", "b", "c"}) {
    REQUIRE(x.try_put({"g", content}, text(content)));
    if (content[0] != 'c') REQUIRE(x.take(life));
  }
  x.finish(number(1));
  x.rewind();
  const auto again = x.take(life);
  REQUIRE(again);
  CHECK(again->batch->id.seqno == number(2));
  x.rewind();
  CHECK(x.take(life)->batch->content == text("b"));
  CHECK(x.take(life)->batch->content == text("c"));
  CHECK(!x.take(life));
}

TEST_CASE("numbers follow the incarnation") {
  outbox x{nth(1)};
  REQUIRE(x.try_put(chat, text("a")));
  CHECK(x.take(9)->batch->id.seqno == (std::uint64_t{9} << 32 | 1));
  x.finish(std::uint64_t{9} << 32 | 1);
  REQUIRE(x.try_put(chat, text("a")));
  CHECK(x.take(7)->batch->id.seqno == (std::uint64_t{9} << 32 | 2));
}

TEST_CASE("who puts is told of room, and whoever takes of what there is") {
  outbox x{nth(1)};
  int told = 0;
  x.on_filled([&] { ++told; });
  const bytes large(outbox::batch_bytes_target);
  std::size_t n = 0;
  for (; x.try_put(chat, large); ++n) CHECK(told == 1);
  CHECK(n == outbox::waiting_bytes_max / (large.size() + 4));
  CHECK(x.put(chat, large, 1ms).error() == call_error::timeout);

  std::jthread other{[&] { CHECK(x.put(chat, large, 1min)); }};
  std::size_t taken = 0;
  for (; const auto next = x.take(life); ++taken) x.finish(next->batch->id.seqno);
  other.join();
  // The other has put before the last was taken, or when there was nothing left.
  CHECK((taken == n + 1 || (told == 2 && x.take(life))));
  x.close();
  CHECK(!x.try_put(chat, large));
  CHECK(x.put(chat, large, 1min).error() == call_error::unavailable);
}

TEST_CASE("who waits for room at the end is told so") {
  outbox x{nth(1)};
  const bytes large(outbox::batch_bytes_target);
  while (x.try_put(chat, large)) {
  }
  std::jthread other{[&] { CHECK(x.put(chat, large, 1min).error() == call_error::unavailable); }};
  x.close();
}

TEST_CASE("what cannot be a message is refused") {
  const std::string long_name(256, 'x');
  CHECK(refusal(chat, 10, 10, true) == std::nullopt);
  CHECK(refusal(chat, 11, 10, true) == call_error::limit_exceeded);
  CHECK(refusal(chat, 1, 10, false) == call_error::unknown_group);
  CHECK(refusal({long_name, "t"}, 1, 10, true) == call_error::invalid_argument);
  CHECK(refusal({"g", ""}, 1, 10, true) == call_error::invalid_argument);
  CHECK(refusal({"g", long_name}, 1, 10, true) == call_error::invalid_argument);
  CHECK(refusal({"g", "t", std::vector<net_id>{}}, 1, 10, true) == call_error::invalid_argument);
  CHECK(refusal({"g", "t", {{{ip_address::v4(10, 0, 0, 1), 0}}}}, 1, 10, true) ==
        call_error::invalid_argument);
  CHECK(refusal({"g", "t", std::vector(limits::peers_max + 1, nth(1))}, 1, 10, true) ==
        call_error::limit_exceeded);
}
