#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "messages/codec/codec.hpp"
#include "messages/limits.hpp"
#include "tests/messages/allocations.hpp"
#include "tests/messages/codec/bodies.hpp"
#include "tests/messages/generators.hpp"
#include "tests/support/sample_gossip.hpp"

using namespace scalesmall;
using namespace scalesmall::bodies;

namespace {

constexpr std::size_t mega = 1'000'000;

/// Whatever the bytes are, memory stays bounded. A body that is accepted holds a record that
/// survives the wire.
void check_harmless(const bytes& body) {
  const auto before = allocated_bytes();
  const auto read = decode(body);
  CHECK(allocated_bytes() - before <= 60 * mega);
  if (read) CHECK(decode(encode(*read)) == read);
}

std::vector<bytes> real_bodies() {
  gossip exchange_answer = samples::random_group(20, 7);
  exchange_answer.summary =
      digest{exchange::answer, {{"Group1", exchange_answer.messages[0].time}}};
  return {encode(samples::small_update()), encode(samples::regular_group(10)),
          encode(samples::random_group(10, 3)), encode(exchange_answer)};
}

}  // namespace

TEST_CASE("random bytes are harmless") {
  CHECK(rc::check("as a body", [](const bytes& x) { check_harmless(x); }));
  CHECK(rc::check("as any section after a good start", [](const bytes& x) {
    for (std::uint64_t tag = 1; tag <= 6; ++tag)
      check_harmless(joined({tag == 2 ? table : start, section(tag, x)}));
  }));
}

TEST_CASE("a truncated body is harmless") {
  for (const auto& body : real_bodies()) {
    for (std::size_t n = 0; n < body.size(); ++n) {
      check_harmless(bytes(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(n)));
    }
  }
}

TEST_CASE("a flipped bit is harmless") {
  for (const auto& body : real_bodies()) {
    for (std::size_t bit = 0; bit < 8 * body.size(); ++bit) {
      auto flipped = body;
      flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      check_harmless(flipped);
    }
  }
}

TEST_CASE("several bytes changed at once are harmless") {
  const auto bodies = real_bodies();
  CHECK(rc::check("anywhere", [&](std::uint32_t seed) {
    std::mt19937 next{seed};
    auto body = bodies[next() % bodies.size()];
    for (auto n = 1 + next() % 5; n != 0; --n) {
      constexpr std::uint8_t telling[] = {0,    1,    0x7f, 0x80, 0xf0, 0xf1,
                                          0xf2, 0xf8, 0xf9, 0xfa, 0xff};
      body[next() % body.size()] = telling[next() % sizeof telling];
    }
    check_harmless(body);
  }));
}

TEST_CASE("a short body unfolds to bounded memory") {
  const auto many = varint(limits::net_ids_max);
  // 100,000 neighbours: 0.0.0.0 and on, port 7.
  const auto table_of_many = section(1, joined({many, {0, 0xf8, 0, 2, 7, 0}}));
  const auto all = joined({many, {0, 0}});
  const auto greedy =
      joined({table_of_many, section(2, joined({{0, 0, 42}, all, {0, 5}, {0}, all}))});
  REQUIRE(greedy.size() < 40);
  REQUIRE(decode(greedy));
  check_harmless(greedy);

  SUBCASE("clocks of group after group") {
    bytes body = greedy;
    for (char name = 'a'; name <= 'z'; ++name) {
      const auto next =
          section(3, joined({{1, static_cast<std::uint8_t>(name)}, all, {0, 1, 0}, {0, 0, 0}}));
      body.insert(body.end(), next.begin(), next.end());
    }
    check_harmless(body);
    CHECK(decode(body).error() == fault::limit_exceeded);
  }
  SUBCASE("items of one member") {
    // One half adds, the other gets: this makes the merge need the most memory.
    const auto half =
        joined({{1, 0}, varint(limits::frame_entries_max / 2 - 101), {0xf8, 0, 2, 0, 80, 0, 0}});
    const auto other_half =
        joined({{1, 1}, varint(limits::frame_entries_max / 2 - 101), {0xf8, 0, 2, 0, 80, 0, 0}});
    const auto body = joined({section(1, {2, 0, 0xf1, 5, 6, 7, 3}), envelope,
                              section(3, joined({{1, 'g', 0}, half, {0}, other_half}))});
    REQUIRE(body.size() < 60);
    REQUIRE(decode(body));
    CHECK(decode(body)->messages[0].items.size() == limits::frame_entries_max - 200);
    check_harmless(body);
  }
  SUBCASE("a count of 2^63") {
    for (std::uint64_t tag = 1; tag <= 4; ++tag) {
      check_harmless(joined({tag == 2 ? table : start, section(tag, varint(1ULL << 63))}));
      check_harmless(joined({tag == 2 ? table : start,
                             section(tag, joined({{1, 'g'}, varint(1ULL << 63), {0, 0, 0, 0}}))}));
    }
  }
}
