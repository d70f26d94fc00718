#include "actors/persistence/state_text.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "actors/persistence/checksum.hpp"
#include "tests/actors/names.hpp"

using namespace scalesmall;
using names::nodes;
using names::nth;

namespace {

own_state sample_own() {
  own_state x;
  x.node = nth(5);
  x.machine = "c0ffee";
  x.cluster = "blue and green";
  x.incarnation = 1'800'000'000;
  x.written = std::chrono::seconds{1'800'000'123};
  x.keys = {"0123456789abcdef", "fedcba9876543210"};
  x.kept["groß und klein"] = {{{0, 99}, {200, 299}}, {{{5, 9}, 80}, {{10, 10}, 65'535}}};
  x.kept["users"] = {{whole_range}, {}};
  return x;
}

peers_state sample_peers() {
  return {"blue", std::chrono::seconds{1'800'000'123}, nodes({1, 2}), nodes({3})};
}

std::string signed_text(std::string text) {
  return text + "checksum " + checksum(text, "scalesmall state") + '\n';
}

kept_group some_group() {
  kept_group x;
  std::uint32_t at = 0;
  const auto next = [&] {
    const auto start = at + *rc::gen::inRange<std::uint32_t>(0, 100'000);
    at = start + *rc::gen::inRange<std::uint32_t>(1, 100'000);
    return key_range{start, at - 1};
  };
  for (auto n = *rc::gen::inRange(0, 4); n > 0; --n) x.joined.push_back(next());
  at = 0;
  for (auto n = *rc::gen::inRange(0, 6); n > 0; --n)
    x.served.push_back({next(), *rc::gen::inRange<std::uint16_t>(1, 65'535)});
  return x;
}

}  // namespace

TEST_CASE("a person can read the state of a node") {
  CHECK(to_text(sample_own())
            .starts_with("scalesmall state 1\n"
                         "# what this node goes on with when it starts again\n"
                         "node 10.0.0.5:29999\n"
                         "machine c0ffee\n"
                         "cluster blue and green\n"
                         "incarnation 1800000000\n"
                         "written 1800000123\n"
                         "key 0123456789abcdef\n"
                         "key fedcba9876543210\n"
                         "group groß und klein\n"
                         "join 0..99\n"
                         "join 200..299\n"
                         "serve 5..9 80\n"
                         "serve 10..10 65535\n"
                         "group users\n"
                         "join 0..4294967295\n"
                         "checksum "));
}

TEST_CASE("a node reads what it wrote") {
  CHECK(*parse_own_state(to_text(sample_own())) == sample_own());
  CHECK(*parse_own_state(to_text(own_state{})) == own_state{});
  CHECK(*parse_peers_state(to_text(sample_peers())) == sample_peers());
  CHECK(rc::check([] {
    auto x = sample_own();
    x.incarnation = *rc::gen::arbitrary<std::uint32_t>();
    for (auto n = *rc::gen::inRange(0, 4); n > 0; --n)
      x.kept["g" + std::to_string(n)] = some_group();
    const auto again = parse_own_state(to_text(x));
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == x);
  }));
}

TEST_CASE("a text that ends anywhere before its end is no state") {
  for (const auto& whole : {to_text(sample_own()), to_text(sample_peers())}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      CAPTURE(size);
      auto cut = whole.substr(0, size);
      CHECK_FALSE(parse_own_state(cut));
      CHECK_FALSE(parse_peers_state(cut));
      cut.resize(whole.size(), '\0');
      CHECK_FALSE(parse_own_state(cut));
      CHECK_FALSE(parse_peers_state(cut));
    }
  }
}

TEST_CASE("a text with another byte anywhere is no state") {
  const auto whole = to_text(sample_own());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    CAPTURE(i);
    auto changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    CHECK_FALSE(parse_own_state(changed));
  }
}

TEST_CASE("a text with the right checksum is no state unless a node would have written it") {
  auto text = to_text(sample_own());
  text.resize(text.rfind("checksum "));
  REQUIRE(parse_own_state(signed_text(text)));
  const auto refused = [&](std::string_view from, std::string_view to) {
    auto changed = text;
    changed.replace(changed.find(from), from.size(), to);
    const auto outcome = parse_own_state(signed_text(changed));
    REQUIRE_FALSE(outcome);
    return outcome.error().why;
  };
  CHECK(refused("state 1", "state 2") == "is of a format that this version does not know");
  CHECK(refused("node 10.0.0.5:29999", "node 10.0.0.5") == "has a line 3 that is not understood");
  CHECK(refused("serve 5..9 80", "serve 9..5 80") == "has a line 13 that is not understood");
  CHECK(refused("serve 5..9 80", "serve 5..9 0") == "has a line 13 that is not understood");
  CHECK(refused("serve 5..9 80", "serve 0x5..9 80") ==
        "has lines in another order than a node writes them");
  CHECK(refused("serve 5..9 80", "serve 11..12 80") ==
        "has lines in another order than a node writes them");
  CHECK(refused("join 0..99", "join 300..301") ==
        "has lines in another order than a node writes them");
  CHECK(refused("group users", "group groß und klein") == "has a line 15 that is not understood");
  CHECK(refused("group users", "group scalesmall.live") == "has a line 15 that is not understood");
  CHECK(refused("incarnation 1800000000\n", "incarnation 1800000000\nincarnation 1800000000\n") ==
        "has lines in another order than a node writes them");
  CHECK(refused("key 0123456789abcdef", "join 0..1") == "has a line 8 that is not understood");
  CHECK(parse_own_state("").error().why == "is empty");
  CHECK(parse_own_state(text).error().why == "does not end with its checksum");
  CHECK(parse_own_state(text + "checksum " + std::string(64, '0') + '\n').error().why ==
        "has another checksum than it says");
  CHECK_FALSE(parse_peers_state(to_text(sample_own())));
}
