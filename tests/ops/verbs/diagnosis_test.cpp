#include "ops/verbs/diagnosis.hpp"

#include <functional>
#include <utility>

#include <doctest/doctest.h>

namespace scalesmall {

namespace {

symptoms well_node() {
  symptoms x;
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

}  // namespace scalesmall
