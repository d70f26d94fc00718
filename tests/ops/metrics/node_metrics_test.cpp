#include "ops/metrics/node_metrics.hpp"

#include <algorithm>
#include <set>
#include <sstream>

#include <doctest/doctest.h>

namespace scalesmall {

namespace {

node_figures some_figures() {
  node_figures x;
  x.version = "0.1.0";
  x.node = "127.0.0.1:29999";
  x.groups_known = 3;
  x.groups = {{"shop", 2, 5, 0.5, 1, 0, std::uint64_t{0xffff'ffff'ffff'ffff}}, {"part", 1, 1}};
  x.restarts = {{"group_manager", 0},
                {"group_manager/chatter/outgoing", 1},
                {"group_manager/chatter/outgoing/127.0.0.1:1", 2},
                {"group_manager/chatter/outgoing/127.0.0.1:2", 3}};
  return x;
}

bool has_line(const std::string& text, const std::string& line) {
  return ('\n' + text).find('\n' + line + '\n') != std::string::npos;
}

}  // namespace

TEST_CASE("metrics tell of the node, its groups and its counters") {
  counters counts;
  counts.bytes_sent = 7;
  counts.frames_dropped = 8;
  counts.count(fault::bad_seal);
  const auto text = metrics_of(some_figures(), counts);
  for (const auto* line :
       {"scalesmall_build_info{version=\"0.1.0\",compiler=\"\"} 1", "scalesmall_sent_bytes_total 7",
        "scalesmall_frames_shed_total{reason=\"peer_queue_full\"} 8",
        "scalesmall_frames_refused_total{reason=\"bad_seal\"} 1",
        "scalesmall_group_members{group=\"shop\"} 2",
        "scalesmall_group_covered_ratio{group=\"shop\"} 0.5", "scalesmall_groups 3",
        "scalesmall_groups_without_series 1"}) {
    CAPTURE(line);
    CHECK(has_line(text, line));
  }
}

TEST_CASE("a digest has 53 bits, and a node that wants a part of the keys has none") {
  const auto text = metrics_of(some_figures(), {});
  CHECK(has_line(text, "scalesmall_group_digest{group=\"shop\"} 9007199254740991"));
  CHECK(text.find("scalesmall_group_digest{group=\"part\"}") == text.npos);
}

TEST_CASE("actors that come and go share a series, and no series names a peer") {
  const auto text = metrics_of(some_figures(), {});
  CHECK(has_line(text,
                 "scalesmall_actor_restarts_total{actor=\"group_manager/chatter/outgoing\"} 1"));
  CHECK(has_line(text,
                 "scalesmall_actor_restarts_total{actor=\"group_manager/chatter/outgoing/*\"} 5"));
  CHECK(text.find("127.0.0.1:1\"") == text.npos);
}

TEST_CASE("each metric is begun once, and names and types follow the conventions") {
  std::istringstream text{metrics_of(some_figures(), {})};
  std::set<std::string> begun;
  std::string name;
  for (std::string line; std::getline(text, line);) {
    CAPTURE(line);
    if (line.starts_with("# HELP ")) {
      name = line.substr(7, line.find(' ', 7) - 7);
      CHECK(begun.insert(name).second);
      CHECK((name.starts_with("scalesmall_") || name.starts_with("process_")));
      CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == name.npos);
      CHECK_FALSE(name.ends_with('_'));
    } else if (line.starts_with("# TYPE ")) {
      CHECK(line.ends_with(" counter") == name.ends_with("_total"));
    } else {
      CHECK(line.starts_with(name));
    }
  }
  CHECK(begun.size() > 40);
}

TEST_CASE("a bounded number of groups is told, those of this node first") {
  CHECK(groups_told({"z"}, {"a", "b", "z"}, 2) == std::vector<std::string>{"a", "z"});
  CHECK(groups_told({}, {"a", "b"}, 5) == std::vector<std::string>{"a", "b"});
  CHECK(groups_told({"y", "z"}, {"y", "z"}, 1) == std::vector<std::string>{"y"});
}

}  // namespace scalesmall
