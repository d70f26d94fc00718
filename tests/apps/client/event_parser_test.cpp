#include "apps/client/event_parser.hpp"

#include <doctest/doctest.h>

namespace scalesmall {

namespace {

using sent_events = std::vector<sent_event>;

}  // namespace

TEST_CASE("events are read, however their bytes are cut") {
  constexpr std::string_view text =
      "id: 7\nevent: tree\ndata: {\"a\":1}\n\n: comment\n\nid: 8\n\nevent:x\ndata: 1\ndata: 2\n\n";
  const sent_events all{{"7", "tree", "{\"a\":1}"}, {"8", "x", "1\n2"}};
  for (std::size_t step = 1; step <= text.size(); ++step) {
    event_parser parser;
    sent_events got;
    for (std::size_t i = 0; i < text.size(); i += step) {
      const auto some = parser.take(text.substr(i, step));
      REQUIRE(some);
      got.insert(got.end(), some->begin(), some->end());
    }
    CHECK(got == all);
  }
}

TEST_CASE("an event that is not whole yet is not given out") {
  event_parser parser;
  CHECK(parser.take("id: 7\ndata: 1\n")->empty());
  CHECK(*parser.take("\n") == sent_events{{"7", "", "1"}});
}

TEST_CASE("an event without an end is refused") {
  event_parser parser;
  const std::string much(event_parser::event_bytes_max / 2, 'x');
  CHECK(parser.take("data: " + much + "\n"));
  CHECK_FALSE(parser.take("data: " + much + "\n"));
}

}  // namespace scalesmall
