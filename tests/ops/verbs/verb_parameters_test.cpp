#include "ops/verbs/verb_parameters.hpp"

#include <set>

#include <doctest/doctest.h>

#include "ops/http/percent.hpp"

namespace scalesmall {

namespace {

struct asked_verb {
  std::string line;
  std::string method;
  std::string target;
  std::string body;
};

/// Lines of the shell, and the requests that mean the same.
const std::vector<asked_verb>& asked_verbs() {
  static const std::vector<asked_verb> all{
      {"groups", "GET", "/v1/groups", ""},
      {"members \"a/b c\"", "GET", "/v1/groups/a%2Fb%20c/members", ""},
      {"members g --reachable", "GET", "/v1/groups/g/members?reachable=true", ""},
      {"reachability", "GET", "/v1/reachability", ""},
      {"reachability g", "GET", "/v1/reachability?group=g", ""},
      {"topology g add", "GET", "/v1/groups/g/topology?op=add", ""},
      {"owners g 15", "GET", "/v1/groups/g/owners?key=15", ""},
      {"owners g \"user:1\" --all", "GET", "/v1/groups/g/owners?text=user%3A1&all=true", ""},
      {"join g", "PUT", "/v1/groups/g/me", "{}"},
      {"join g 10.0.0.1:1 [::1]:2 --range 0..9", "PUT", "/v1/groups/g/me",
       R"({"peers":["10.0.0.1:1","[::1]:2"],"range":"0..9"})"},
      {"leave g", "DELETE", "/v1/groups/g/me", ""},
      {"add_item g 0 0x9 80", "PUT", "/v1/groups/g/me/ranges/0-0x9", R"({"port":"80"})"},
      {"remove_item g 0 9 80", "DELETE", "/v1/groups/g/me/ranges/0-9?port=80", ""},
      {"add_items g 80 0..9 20..29", "POST", "/v1/groups/g/me/ranges",
       R"({"port":"80","ranges":["0..9","20..29"]})"},
      {"set_items g 80", "PUT", "/v1/groups/g/me/ranges", R"({"port":"80"})"},
      {"send g tag \"a text\"", "POST", "/v1/groups/g/messages",
       R"({"tag":"tag","text":"a text"})"},
      {"crash a/b", "POST", "/v1/tree/crash", R"({"path":"a/b"})"},
      {"events --type group,tree --group g --after 7", "GET",
       "/v1/events?type=group%2Ctree&group=g&after=7", ""},
      {"logs --level debug", "GET", "/v1/logs?level=debug", ""},
      {"log_level debug --for 60", "PUT", "/v1/log-level", R"({"level":"debug","for":"60"})"},
      {"add_item g 0 9 80 --ttl-s 30", "PUT", "/v1/groups/g/me/ranges/0-9",
       R"({"port":"80","ttl_s":"30"})"},
      {"ping g", "POST", "/v1/ping", R"({"group":"g"})"},
      {"ping", "POST", "/v1/ping", "{}"},
      {"doctor", "GET", "/v1/doctor", ""},
      {"keys add \"the content of a file\"", "POST", "/v1/keys",
       R"({"keys":"the content of a file"})"},
      {"keys use ab12", "PUT", "/v1/keys/primary", R"({"fingerprint":"ab12"})"},
      {"keys remove ab12", "DELETE", "/v1/keys/ab12", ""},
  };
  return all;
}

std::string texts_of_words(const std::vector<word>& words) {
  std::string all;
  for (const auto& x : words) all += x.text + '|';
  return all;
}

result<std::vector<word>, command_error> words_for_request(const std::string& method,
                                                           const std::string& target,
                                                           const std::string& body) {
  const auto parsed = parse_target(target);
  const auto match = find_verb(method, parsed->segments);
  return words_of(*match.found, parsed->query, body.empty() ? json(nullptr) : json::parse(body));
}

}  // namespace

TEST_CASE("a line of the shell and a request mean the same, both ways") {
  for (const auto& [line, method, target, body] : asked_verbs()) {
    const auto& shown = line;
    CAPTURE(shown);
    const auto words = split_words(line);
    const auto found = find_command(*words);
    REQUIRE(found);
    const auto rest = std::span{*words}.subspan(found->words);
    const auto request = request_of(*found->which, rest);
    REQUIRE(request);
    CHECK(*request == verb_request{method, target, body});

    const auto match = find_verb(method, parse_target(target)->segments);
    REQUIRE(match.found);
    CHECK(match.found->verb == found->which);
    const auto back = words_for_request(method, target, body);
    REQUIRE(back);
    CHECK(texts_of_words(*back) == texts_of_words({rest.begin(), rest.end()}));
    CHECK(parse_arguments(found->which->pattern, *back));
  }
}

TEST_CASE("no two verbs have one method and path") {
  std::set<std::pair<std::string_view, std::string_view>> routes;
  for (const auto& x : all_commands()) {
    CHECK(x.method.empty() == x.path.empty());
    if (!x.method.empty()) CHECK(routes.emplace(x.method, x.path).second);
  }
}

TEST_CASE("a body takes numbers, truth values, texts and lists of texts") {
  const auto words = words_for_request("POST", "/v1/groups/g/me/ranges",
                                       R"({"port":80,"ranges":["0..9"],"more":{"a":1}})");
  CHECK(texts_of_words(*words) == "g|80|0..9|");
  for (const auto* body :
       {R"({"port":[80]})", R"({"port":-1})", R"({"port":1.5})", R"({"port":null})",
        R"({"port":80,"ranges":[1]})", R"({"port":80,"ranges":{}})", "3"}) {
    CAPTURE(body);
    CHECK_FALSE(words_for_request("POST", "/v1/groups/g/me/ranges", body));
  }
}

TEST_CASE("parameters that are missing, unknown or given twice are refused") {
  for (const auto* target :
       {"/v1/groups/g/owners", "/v1/groups/g/owners?key=1&key=2",
        "/v1/groups/g/owners?key=1&text=a", "/v1/groups/g/owners?key=1&all=yes",
        "/v1/groups/g/owners?key=1&colour=red", "/v1/groups/g/owners?key=1&group=h"}) {
    CAPTURE(target);
    CHECK_FALSE(words_for_request("GET", target, ""));
  }
}

TEST_CASE("a group may have the name of an option") {
  const auto words = words_for_request("GET", "/v1/groups/--reachable/members", "");
  REQUIRE(words);
  const auto parsed = parse_arguments("GROUP [--reachable]", *words);
  REQUIRE(parsed);
  CHECK(parsed->group == "--reachable");
  CHECK_FALSE(parsed->reachable);
}

}  // namespace scalesmall
