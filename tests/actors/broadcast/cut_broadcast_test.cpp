#include "actors/broadcast/cut_broadcast.hpp"

#include <cstdint>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/actors/tables.hpp"

using namespace scalesmall;
using namespace scalesmall::names;

namespace {

const frame_codec codec;

broadcast to(std::vector<net_id> recipients) { return {{}, std::move(recipients), true, {}}; }

/// One row of each of many members, more than one frame of a stream holds.
std::vector<message> many_rows() {
  message all{"g", {}, {}};
  for (std::uint32_t n = 0; n < 20'000; ++n) {
    const net_id member{ip_address::v4(10, 1, static_cast<std::uint8_t>(n / 256),
                                       static_cast<std::uint8_t>(n % 256)),
                        1};
    all.time.advance({member, {life, 1}});
    all.items.put(add(member, {life, 1}, {n, n}));
  }
  return {all};
}

}  // namespace

TEST_CASE("a broadcast is multicast only if it and the node say so") {
  CHECK(cut(to({nth(2)}), true, codec)->datagrams.size() == 1);
  CHECK(cut(to({nth(2)}), false, codec)->datagrams.empty());
  auto by_tcp = to({nth(2)});
  by_tcp.multicast = false;
  CHECK(cut(by_tcp, true, codec)->datagrams.empty());
}

TEST_CASE("a broadcast to no peer leaves only by multicast") {
  CHECK(cut(to({}), true, codec));
  CHECK_FALSE(cut(to({}), false, codec));
}

TEST_CASE("a cut broadcast asks for a number for each of its messages") {
  auto what = to({nth(2)});
  what.unless_heard = nth(3);
  const auto needs = cut(what, true, codec)->needs();
  CHECK(needs.datagrams == 1);
  CHECK(needs.frames == 1);
  CHECK(needs.recipients == what.recipients);
  CHECK(needs.unless_heard == what.unless_heard);
  CHECK(needs.seen_ids_max == peer_table::seen_ids_per_broadcast);
  CHECK(hearing_report().needs().seen_ids_max == peer_table::seen_ids_per_report);
}

TEST_CASE("narrow members share the numbers of the others") {
  const auto pieces = split_for_stream({{}, many_rows(), {}}).size();
  REQUIRE(pieces > 1);
  auto what = to({nth(2), nth(3)});
  what.narrow.push_back({{nth(3)}, many_rows()});
  CHECK(cut(what, false, codec)->needs().frames == pieces);
}

TEST_CASE("a payload for one peer asks for the silent only with rows") {
  const auto rows = cut(direct{nth(2), {{}, many_rows(), {}}});
  CHECK(rows.needs().peer == nth(2));
  CHECK(rows.needs().frames == rows.pieces.size());
  CHECK(rows.needs().rows);
  CHECK_FALSE(cut(direct{nth(2), {}}).needs().rows);
}
