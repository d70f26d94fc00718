#include "messages/codec/codec.hpp"

#include <stdexcept>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "messages/codec/compression.hpp"
#include "messages/limits.hpp"
#include "tests/messages/generators.hpp"
#include "tests/support/sample_gossip.hpp"

using namespace scalesmall;

namespace {

const net_id a{ip_address::v4(10, 0, 0, 1), 29999};
const net_id b{ip_address::v4(10, 0, 0, 2), 29999};

/// The size of a frame of this gossip on the wire, with the clear header of 12 bytes.
std::size_t frame_bytes(const gossip& x) {
  const auto body = encode(x);
  bytes smaller;
  return 12 + (compress_if_smaller(body, smaller) ? smaller.size() : body.size());
}

}  // namespace

TEST_CASE("any gossip survives the wire") {
  CHECK(rc::check("decode(encode(x)) == x", [](const gossip& x) {
    const auto back = decode(encode(x));
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == x);
  }));
}

TEST_CASE("whole groups survive the wire") {
  for (const std::uint32_t n : {1, 2, 10, 100, 1'000, 20'000}) {
    CAPTURE(n);
    CHECK(decode(encode(samples::regular_group(n))).value() == samples::regular_group(n));
    CHECK(decode(encode(samples::random_group(n, n))).value() == samples::random_group(n, n));
  }
}

TEST_CASE("a frame of a whole group is a fraction of what the original program sent") {
  // tests/python/original_size_test.py computes the sizes of the original program.
  CHECK(frame_bytes(samples::regular_group(2)) <= 289 / 3);
  CHECK(frame_bytes(samples::regular_group(10)) <= 739 / 4);
  CHECK(frame_bytes(samples::regular_group(100)) <= 5'738 / 8);
  CHECK(frame_bytes(samples::regular_group(1'000)) <= 54'581 / 8);
  CHECK(frame_bytes(samples::random_group(100, 1)) <= 7'352 / 3);
  CHECK(frame_bytes(samples::random_group(1'000, 1)) <= 75'480 / 3);
}

TEST_CASE("one change is small without compression") {
  CHECK(encode(samples::small_update()).size() <= 130);
}

TEST_CASE("encode throws for an invalid record") {
  const stamp at{1, 1};
  gossip x{.current_id = {a, 1},
           .seen_ids = {},
           .other_ids = {},
           .distribution_list = {},
           .messages = {},
           .summary = {}};
  CHECK_NOTHROW(static_cast<void>(encode(x)));
  const auto refuses = [](gossip bad) {
    CHECK_THROWS_AS(static_cast<void>(encode(bad)), std::invalid_argument);
  };

  auto bad = x;
  bad.distribution_list = {b, a};
  refuses(bad);
  bad = x;
  bad.distribution_list = {a, a};
  refuses(bad);
  bad = x;
  bad.seen_ids = {{a, 1}, {a, 2}};
  refuses(bad);
  bad = x;
  bad.other_ids = {{b, 1}, {a, 1}};
  refuses(bad);
  bad = x;
  bad.other_ids = {{a, 2}, {a, 1}};
  refuses(bad);
  bad = x;
  bad.messages = {{"h", {}, {}}, {"g", {}, {}}};
  refuses(bad);
  bad = x;
  bad.messages = {{"", {}, {}}};
  refuses(bad);
  bad = x;
  bad.messages = {{"g", {}, {{{a, {2, 1}, op::add, 1}, at}}}};
  refuses(bad);
  bad = x;
  bad.summary = digest{exchange::request, {{"g", {}}, {"g", {}}}};
  refuses(bad);
}

TEST_CASE("encode throws for a record over a limit") {
  gossip x;
  for (std::size_t i = 0; i <= limits::net_ids_max; ++i) {
    x.distribution_list.push_back({ip_address::from_halves(0, i), 1});
  }
  CHECK_THROWS_AS(static_cast<void>(encode(x)), std::length_error);

  gossip y;
  y.messages.push_back({"g", {}, {}});
  std::vector<timed_item> items;
  for (std::uint32_t i = 0; i < limits::frame_entries_max; ++i)
    items.push_back({{{}, {i, i}, op::add, 1}, {}});
  y.messages[0].items = timed_set::from_sorted(items).value();
  CHECK_THROWS_AS(static_cast<void>(encode(y)), std::length_error);
}
