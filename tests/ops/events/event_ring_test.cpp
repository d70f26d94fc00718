#include "ops/events/event_ring.hpp"

#include <doctest/doctest.h>

namespace scalesmall {

namespace {

constexpr std::size_t much = 1'000'000;

std::string read_ring(const event_ring& ring, event_ring::cursor& at,
                      const event_filter& wanted = {}) {
  return ring.read(at, wanted, much);
}

}  // namespace

TEST_CASE("a reader begins with a reset and then gets what comes") {
  event_ring ring{100};
  ring.add("group", "a", "{}");
  auto at = ring.from({});
  CHECK(read_ring(ring, at) ==
        "id: 100\nevent: reset\ndata: {\"event\":\"reset\",\"why\":\"begin\"}\n\n");
  CHECK(read_ring(ring, at).empty());
  ring.add("tree", "", "{\"x\":1}");
  CHECK(read_ring(ring, at) == "id: 101\nevent: tree\ndata: {\"x\":1}\n\n");
  CHECK(read_ring(ring, at).empty());
}

TEST_CASE("a reader that comes back goes on after the last event that it has seen") {
  event_ring ring{100};
  for (const auto* data : {"0", "1", "2"}) ring.add("tree", "", data);
  auto at = ring.from(100);
  CHECK(read_ring(ring, at) == event_text(101, "tree", "1") + event_text(102, "tree", "2"));
  auto newest = ring.from(102);
  CHECK(read_ring(ring, newest).empty());
  auto before_all = ring.from(99);
  CHECK(read_ring(ring, before_all).starts_with("id: 100\nevent: tree"));
}

TEST_CASE("a reader that has seen another life of the node begins anew") {
  event_ring ring{100};
  ring.add("tree", "", "0");
  for (const std::uint64_t last :
       {std::uint64_t{0}, std::uint64_t{98}, std::uint64_t{101}, ~std::uint64_t{0}}) {
    auto at = ring.from(last);
    CHECK(read_ring(ring, at).find("\"why\":\"too_late\"") != std::string::npos);
  }
}

TEST_CASE("a reader that is too slow is told so once and goes on with what comes") {
  event_ring ring{100};
  ring.add("tree", "", "first");
  auto at = ring.from(99);
  for (std::size_t i = 0; i < event_ring::events_max; ++i) ring.add("tree", "", "x");
  CHECK(read_ring(ring, at) ==
        event_text(100 + event_ring::events_max, "reset", R"({"event":"reset","why":"too_slow"})"));
  ring.add("tree", "", "next");
  CHECK(read_ring(ring, at) == event_text(101 + event_ring::events_max, "tree", "next"));
}

TEST_CASE("long events leave room for fewer") {
  event_ring ring{1};
  const std::string data(event_ring::bytes_max / 4, 'x');
  for (int i = 0; i < 8; ++i) ring.add("log", "", data);
  CHECK(ring.from(4).reset == "too_late");
  CHECK(ring.from(5).reset.empty());
  ring.add("log", "", std::string(2 * event_ring::bytes_max, 'x'));
  CHECK(ring.from(8).reset.empty());
}

TEST_CASE("a reader gets the types and the group that it wants, and about as much as it takes") {
  event_ring ring{1};
  ring.add("group", "a", "1");
  ring.add("tree", "", "2");
  ring.add("group", "b", "3");
  const auto got = [&](const event_filter& wanted) {
    auto at = ring.from(0);
    return read_ring(ring, at, wanted);
  };
  CHECK(got({{"tree"}, {}}) == event_text(2, "tree", "2"));
  CHECK(got({{}, "b"}) == event_text(3, "group", "3"));
  CHECK(got({{"tree", "group"}, "a"}) == event_text(1, "group", "1"));
  auto at = ring.from(0);
  CHECK(ring.read(at, {}, 1) == event_text(1, "group", "1"));
  CHECK(ring.read(at, {}, 1) == event_text(2, "tree", "2"));
}

TEST_CASE("a ring that was cleared is like a new one to its readers") {
  event_ring ring{100};
  ring.add("tree", "", "0");
  ring.clear();
  CHECK(ring.from(100).reset == "too_late");
  ring.add("tree", "", "1");
  CHECK(ring.from(100).reset == "too_late");
  CHECK(ring.from(101).reset.empty());
}

}  // namespace scalesmall
