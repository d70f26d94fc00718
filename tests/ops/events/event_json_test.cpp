#include "ops/events/event_json.hpp"

#include <caf/error.hpp>
#include <caf/sec.hpp>
#include <doctest/doctest.h>

namespace scalesmall {

TEST_CASE("a time has milliseconds") {
  using namespace std::chrono_literals;
  CHECK(utc_milliseconds(0ns) == "1970-01-01T00:00:00.000Z");
  CHECK(utc_milliseconds(1'764'509'740'007'999'999ns) == "2025-11-30T13:35:40.007Z");
}

TEST_CASE("each event of a group says what, who and when by the clock of the member") {
  const net_id who = *parse_net_id("127.0.0.1:1");
  const stamp at{7, 3};
  const auto text = [](const group_event& x) { return to_json(x).dump(); };
  const std::string tail = R"("incarnation":7,"clock":3})";
  const std::string member = R"(","member":"127.0.0.1:1",)";
  CHECK(text(member_joined{who, at}) == R"({"event":"member_joined)" + member + tail);
  CHECK(text(member_left{who, at}) == R"({"event":"member_left)" + member + tail);
  CHECK(text(member_unreachable{who, at}) == R"({"event":"member_unreachable)" + member + tail);
  CHECK(text(member_reachable{who, at}) == R"({"event":"member_reachable)" + member + tail);
  const std::string range = member + R"("start":0,"end":9,"port":80,)";
  CHECK(text(range_added{{who, {0, 9}, 80}, at}) == R"({"event":"range_added)" + range + tail);
  CHECK(text(range_removed{{who, {0, 9}, 80}, at}) == R"({"event":"range_removed)" + range + tail);
}

TEST_CASE("a report of a supervisor says which actor and why") {
  using supervision::report;
  CHECK(to_json(report{report::kind::restarted, "a/b", {}, std::chrono::nanoseconds{1'234'567}})
            .dump() == R"({"event":"restarted","path":"a/b","reason":null,"took_ms":1.235})");
  const auto failed = to_json(
      report{report::kind::failed, "a", caf::make_error(caf::sec::runtime_error, "oh"), {}});
  CHECK(failed["event"] == "failed");
  CHECK(failed["reason"].get<std::string>().find("oh") != std::string::npos);
  CHECK(to_json(report{report::kind::waiting, "a", {}, {}})["event"] == "waiting");
}

TEST_CASE("an event is one line that begins with its time") {
  const auto line = event_line(std::chrono::nanoseconds{0}, {{"a", "x\ny\xff"}});
  CHECK(line == "{\"time\":\"1970-01-01T00:00:00.000Z\",\"a\":\"x\\ny\xef\xbf\xbd\"}");
}

}  // namespace scalesmall
