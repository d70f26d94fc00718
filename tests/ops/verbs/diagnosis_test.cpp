#include "ops/verbs/diagnosis.hpp"

#include <functional>
#include <utility>

#include <doctest/doctest.h>

namespace scalesmall {

namespace {

const net_id one_peer = *parse_net_id("127.0.0.1:1");
const net_id other_peer = *parse_net_id("127.0.0.1:2");

symptoms well_node() {
  symptoms x;
  x.version = "0.1.0";
  x.neighbours.versions = {{one_peer, "0.1.0"}};
  x.seals = true;
  x.multicast = true;
  x.peers = 5;
  x.datagrams_received = 10;
  x.descriptors_open = 80;
  x.descriptors_max = 100;
  return x;
}

}  // namespace

TEST_CASE("a node that is well has no findings") { CHECK(diagnose(well_node()).empty()); }

TEST_CASE("each symptom is a finding of its own, with a remedy") {
  using change = std::function<void(symptoms&)>;
  const std::vector<std::pair<std::string, change>> cases{
      {"network", [](symptoms& x) { x.isolated = true; }},
      {"seeds", [](symptoms& x) { x.ready = false; }},
      {"network", [](symptoms& x) { x.unreachable = 2; }},
      {"keys", [](symptoms& x) { x.unknown_key = 1; }},
      {"keys", [](symptoms& x) { x.bad_seal = 1; }},
      {"keys", [](symptoms& x) { x.not_sealed = 1; }},
      {"keys", [](symptoms& x) { x.accepts_plain = true; }},
      {"keys", [](symptoms& x) { x.plain_accepted = 1; }},
      {"keys", [](symptoms& x) { x.seals = false; }},
      {"cluster", [](symptoms& x) { x.wrong_cluster = 1; }},
      {"clock", [](symptoms& x) { x.wrong_time = 1; }},
      {"version", [](symptoms& x) { x.unknown_version = 1; }},
      {"multicast", [](symptoms& x) { x.datagrams_received = 0; }},
      {"descriptors", [](symptoms& x) { x.descriptors_open = 81; }},
      {"address", [](symptoms& x) { x.loopback = true, x.peers = 0; }},
      {"actors", [](symptoms& x) { x.restarts = 1; }},
      {"version",
       [](symptoms& x) {
         x.neighbours.versions = {{one_peer, "0.1.0"}, {other_peer, "0.2.0"}};
       }},
      {"cluster", [](symptoms& x) { x.neighbours.refused_by = {one_peer}; }},
      {"cluster", [](symptoms& x) { x.neighbours.silent = {one_peer.address}; }},
  };
  for (const auto& [subject, make_ill] : cases) {
    const auto& shown = subject;
    CAPTURE(shown);
    auto x = well_node();
    make_ill(x);
    const auto found = diagnose(x);
    REQUIRE(found.size() == 1);
    CHECK(found[0].subject == subject);
    CHECK_FALSE(found[0].what.empty());
    CHECK_FALSE(found[0].remedy.empty());
  }
}

TEST_CASE("figures stand in the findings") {
  auto x = well_node();
  x.unreachable = 2;
  x.wrong_cluster = 1;
  const auto found = diagnose(x);
  REQUIRE(found.size() == 2);
  CHECK(found[0].what == "2 of 5 peers are unreachable");
  CHECK(found[1].what == "1 frame came from another cluster");
}

TEST_CASE("a finding names who is of another cluster, key or version, and not all of thousands") {
  auto x = well_node();
  x.wrong_cluster = 3;
  x.neighbours.unreadable = {{*parse_ip_address("10.0.0.7"), fault::wrong_cluster},
                             {*parse_ip_address("10.0.0.8"), fault::unknown_key}};
  CHECK(diagnose(x).at(0).what ==
        "3 frames came from another cluster; those of 10.0.0.7 still are");
  x = well_node();
  x.neighbours.refused_by = {one_peer, other_peer};
  CHECK(diagnose(x).at(0).what ==
        "127.0.0.1:1, 127.0.0.1:2 close the connections of this node without an answer");
  x = well_node();
  x.neighbours.silent = {one_peer.address};
  CHECK(diagnose(x).at(0).what == "127.0.0.1 connects and closes without a word");
  x = well_node();
  x.neighbours.versions.clear();
  for (std::uint16_t port = 1; port <= 9; ++port)
    x.neighbours.versions.push_back({{one_peer.address, port}, "0.2.0"});
  CHECK(diagnose(x).at(0).what ==
        "this node is of version 0.1.0, others are not: 127.0.0.1:1 (0.2.0), 127.0.0.1:2 (0.2.0), "
        "127.0.0.1:3 (0.2.0), 127.0.0.1:4 (0.2.0) and 5 more");
}

}  // namespace scalesmall
