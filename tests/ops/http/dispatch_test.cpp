#include "ops/http/dispatch.hpp"

#include <doctest/doctest.h>

#include "ops/http/change_rate.hpp"
#include "ops/page/page_files.hpp"
#include "ops/verbs/printable.hpp"
#include "tests/at.hpp"

namespace scalesmall {

namespace {

decision decided(const std::string& method, const std::string& target,
                 const std::string& body = "") {
  http_request x{method, target};
  x.caller = socket_caller{0, 1};
  x.body = body;
  x.content_type = "application/json";
  return decide(x, {});
}

unsigned decided_status(const std::string& method, const std::string& target,
                        const std::string& body = "") {
  const auto what = decided(method, target, body);
  const auto* answer = std::get_if<http_answer>(&what);
  return answer ? answer->status : 200;
}

verb_call decided_verb(const std::string& method, const std::string& target,
                       const std::string& body = "") {
  return std::get<verb_call>(decided(method, target, body));
}

}  // namespace

TEST_CASE("a request for a verb is that verb with its arguments") {
  const auto call = decided_verb("PUT", "/v1/groups/a%20b/me/ranges/0-0x63", R"({"port":8080})");
  CHECK(call.verb->name == "add_item");
  CHECK(call.given.group == "a b");
  CHECK(call.given.range == key_range{0, 99});
  CHECK(call.given.port == 8080);
  CHECK(call.changes);
  CHECK(call.line == "add_item \"a b\" 0 0x63 8080");
}

TEST_CASE("what only looks does not change") {
  CHECK_FALSE(decided_verb("GET", "/v1/groups/g/owners?text=user:1&all=true").changes);
  CHECK_FALSE(decided_verb("HEAD", "/v1/tree").changes);
}

TEST_CASE("a line for the log shows no byte that a terminal obeys") {
  const auto line =
      decided_verb("POST", "/v1/tree/crash", R"({"path":"a\u001b[31m\u202ex\n"})").line;
  CHECK(line == "crash \"a\\u001b[31m\\u202ex\\n\"");
}

TEST_CASE("control characters are shown and not obeyed") {
  CHECK(printable("a\x1b[31m\x7f\n\xc3\xa9") == "a\\x1b[31m\\x7f\\x0a\xc3\xa9");
  CHECK(printable("\xc2\x9b"
                  "31m") == "\xc2\\x9b31m");
  CHECK(printable("a\nb", true) == "a\nb");
}

TEST_CASE("unknown paths, methods and parameters are refused") {
  CHECK(decided_status("GET", "/nothing") == 404);
  CHECK(decided_status("GET", "/page/nothing.js") == 404);
  CHECK(decided_status("GET", "/page/../metrics") == 404);
  CHECK(decided_status("GET", "/v1/nothing") == 404);
  CHECK(decided_status("GET", "/v1/groups/g/members/") == 404);
  CHECK(decided_status("GET", "/v1/groups/%zz/members") == 400);
  CHECK(decided_status("GET", "/v1/groups/g/members?colour=red") == 400);
  CHECK(decided_status("GET", "/metrics?colour=red") == 400);
  CHECK(decided_status("DELETE", "/metrics") == 405);
  CHECK(decided_status("OPTIONS", "/v1/groups") == 405);
  CHECK(std::get<http_answer>(decided("GET", "/v1/groups/g/me")).allow == "PUT, DELETE");
  CHECK(std::get<http_answer>(decided("PUT", "/v1/groups")).allow == "GET, HEAD");
}

TEST_CASE("the page is given to everybody who may connect, before there is a token") {
  http_request x{"GET", "/", {"10.0.0.1:80"}};
  const access_policy beyond{ip_address::v4(10, 0, 0, 1), {}, std::string(32, 't')};
  const auto page = std::get<http_answer>(decide(x, beyond));
  CHECK(page.status == 200);
  CHECK(page.content_type == "text/html; charset=utf-8");
  CHECK(page.body.starts_with("<!doctype html>"));
  x.hosts = {"evil.example"};
  CHECK(std::get<http_answer>(decide(x, beyond)).status == 421);
  x.hosts = {"10.0.0.1"};
  x.target = "/v1/status";
  CHECK(std::get<http_answer>(decide(x, beyond)).status == 401);
  CHECK(std::get<http_answer>(decided("HEAD", "/page/page.css")).content_type ==
        "text/css; charset=utf-8");
  CHECK(decided_status("POST", "/", "{}") == 405);
  CHECK(decided_status("GET", "/?colour=red") == 400);
}

TEST_CASE("the page is small, and all its parts are its own") {
  std::size_t bytes = 0;
  for (const auto& x : page_files()) {
    bytes += x.text.size();
    CHECK_MESSAGE(!x.content_type.empty(), x.path);
    // The name of SVG is no address that anybody asks.
    for (auto at = x.text.find("://"); at != x.text.npos; at = x.text.find("://", at + 1))
      CHECK_MESSAGE(x.text.substr(at + 3, 11) == "www.w3.org/", x.path);
    CHECK_MESSAGE(x.text.find("innerHTML") == x.text.npos, x.path);
  }
  CHECK(bytes < 60'000);
}

TEST_CASE("arguments are checked as those of the shell") {
  CHECK(decided_status("GET", "/v1/groups/%1b/members") == 400);
  CHECK(decided_status("GET", "/v1/groups//members") == 400);
  CHECK(decided_status("GET", "/v1/groups/g/owners") == 400);
  CHECK(decided_status("PUT", "/v1/groups/g/me/ranges/5-4", R"({"port":1})") == 400);
  CHECK(decided_status("PUT", "/v1/groups/g/me/ranges/4-5", R"({"port":70000})") == 400);
  CHECK(decided_status("PUT", "/v1/groups/g/me/ranges/4-5", R"({"port":)") == 400);
  CHECK(decided_status("PUT", "/v1/groups/g/me/ranges/4-5", "[1]") == 400);
  CHECK(decided_status("PUT", "/v1/groups/g/me/ranges/4-5", R"({"port":1,"keep":true})") == 200);
}

TEST_CASE("requests that are no verbs") {
  using kind = special_call::kind;
  CHECK(std::get<special_call>(decided("GET", "/metrics")).what == kind::metrics);
  CHECK(std::get<special_call>(decided("GET", "/health/live")).what == kind::live);
  CHECK(std::get<special_call>(decided("GET", "/health/ready")).what == kind::ready);
  CHECK_FALSE(std::get<special_call>(decided("POST", "/v1/stop", "{}")).leave);
  CHECK(std::get<special_call>(decided("POST", "/v1/stop", R"({"leave":true})")).leave);
  CHECK(decided_status("POST", "/v1/stop", R"({"leave":1})") == 400);
  CHECK(decided_status("POST", "/v1/stop", "[]") == 400);
}

TEST_CASE("a second has a bounded number of changes") {
  change_rate rate{2};
  const std::chrono::seconds begin{100};
  CHECK(rate.allows(at(begin)));
  CHECK(rate.allows(at(begin)));
  CHECK_FALSE(rate.allows(at(begin + std::chrono::milliseconds{999})));
  CHECK(rate.allows(at(begin + std::chrono::seconds{1})));
}

}  // namespace scalesmall
