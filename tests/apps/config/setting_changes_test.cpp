#include "apps/config/setting_changes.hpp"

#include <doctest/doctest.h>

#include "tests/net/keys.hpp"

namespace scalesmall {

namespace {

using lines = std::vector<std::string>;

options options_of(const std::vector<std::string_view>& words) {
  auto all = words;
  all.insert(all.begin(), "node");
  return parse_options(all, {}, [](const std::string&) { return unreadable{""}; }).value();
}

}  // namespace

TEST_CASE("nothing has changed if the options are the same") {
  const auto same = options_of({"--peers", "a:1,b:2", "--log-level", "debug", "--port", "7"});
  CHECK(changes_of(same, same).empty());
  CHECK(taken(same, same) == same);
}

TEST_CASE("each seed that is new or gone is a line") {
  const auto before = options_of({"--peers", "a:1,b:2"});
  const auto now = options_of({"--peers", "b:2", "--peers", "c:3"});
  CHECK(changes_of(before, now) == lines{"the seed c:3 is new", "a:1 is a seed no longer"});
  CHECK(taken(before, now) == now);
  CHECK(changes_of(now, options_of({})) ==
        lines{"b:2 is a seed no longer", "c:3 is a seed no longer"});
}

TEST_CASE("the log level may change, also back to the usual one") {
  const auto before = options_of({});
  const auto now = options_of({"--log-level", "debug"});
  CHECK(changes_of(before, now) == lines{"the log level is debug, it was the usual one"});
  CHECK(changes_of(now, before) == lines{"the log level is the usual one, it was debug"});
  CHECK(taken(before, now) == now);
}

TEST_CASE("what only the next start takes is said, and stays to be said") {
  const auto before = options_of({"--port", "7", "--cluster", "a", "--forget", "1h"});
  const auto now = options_of({"--port", "8", "--cluster", "a", "--on-stop", "leave"});
  const lines expected{"only the next start takes what has changed of: forget, on-stop, port"};
  CHECK(changes_of(before, now) == expected);
  CHECK(changes_of(taken(before, now), now) == expected);
  CHECK(taken(before, now).port == 7);
}

TEST_CASE("a node takes another key file, but neither its first nor none") {
  const auto none = options_of({});
  const auto first = options_of({"--key-file", "a"});
  const auto second = options_of({"--key-file", "b"});
  CHECK(changes_of(first, second) == lines{"the key file is \"b\""});
  CHECK(taken(first, second) == second);
  const lines later{"only the next start takes what has changed of: key-file"};
  CHECK(changes_of(none, first) == later);
  CHECK(changes_of(first, none) == later);
  CHECK(taken(none, first) == none);
}

TEST_CASE("keys are told by what they do, and by their fingerprints") {
  const key_ring before{{keys::nth(1), keys::nth(2)}};
  const auto name = [](std::uint8_t n) { return keys::nth(n)->fingerprint(); };
  CHECK(changes_of(before, before).empty());
  CHECK(changes_of(before, key_ring{{keys::nth(3), keys::nth(1)}}) ==
        lines{"the key " + name(3) + " opens, too", "the key " + name(3) + " seals",
              "the key " + name(2) + " opens no longer"});
  CHECK(changes_of(before, key_ring{{keys::nth(2), keys::nth(1)}}) ==
        lines{"the key " + name(2) + " seals"});
}

}  // namespace scalesmall
