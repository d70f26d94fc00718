#include "ops/http/access.hpp"

#include <doctest/doctest.h>

namespace scalesmall {

namespace {

const std::string good_token = "0123456789abcdef0123456789abcdef";

access_policy loopback_with_token() { return {ip_address::v4(127, 0, 0, 1), {}, good_token}; }

http_request by_tcp(const std::string& host, const std::string& method = "GET") {
  return {method, "/v1/groups", {host}};
}

http_request by_socket(const std::string& method) {
  http_request x{method, "/v1/groups"};
  x.caller = socket_caller{1000, 4711};
  return x;
}

unsigned origin_status(const http_request& x, const access_policy& policy = {}) {
  const auto refused = judge_origin(x, policy);
  return refused ? refused->status : 200;
}

unsigned right_status(const http_request& x, bool changes, const access_policy& policy = {}) {
  const auto refused = judge_right(x, changes, policy);
  return refused ? refused->status : 200;
}

}  // namespace

TEST_CASE("over TCP the host must be this machine") {
  for (const auto* host :
       {"localhost", "LOCALHOST:29998", "127.0.0.1:29998", "127.1.2.3", "[::1]", "[::1]:29998"}) {
    CAPTURE(host);
    CHECK(origin_status(by_tcp(host)) == 200);
  }
  for (const auto* host :
       {"evil.example", "evil.example:29998", "localhost.evil.example", "", "10.0.0.5", "[::1",
        "::1", "[127.0.0.1]", "localhost:x", "127.0.0.1:70000"}) {
    CAPTURE(host);
    CHECK(origin_status(by_tcp(host)) == 421);
  }
}

TEST_CASE("the listen address and the names that were given are this machine, too") {
  const access_policy policy{ip_address::v4(10, 0, 0, 5), {"node5.example"}, good_token};
  CHECK(origin_status(by_tcp("10.0.0.5:29998"), policy) == 200);
  CHECK(origin_status(by_tcp("Node5.example"), policy) == 200);
  CHECK(origin_status(by_tcp("10.0.0.6"), policy) == 421);
}

TEST_CASE("over TCP there must be exactly one host; over the socket none is needed") {
  auto x = by_tcp("localhost");
  x.hosts.clear();
  CHECK(origin_status(x) == 421);
  x.hosts = {"localhost", "localhost"};
  CHECK(origin_status(x) == 421);
  CHECK(origin_status(by_socket("GET")) == 200);
}

TEST_CASE("a page of another origin asks nothing") {
  auto x = by_tcp("127.0.0.1:29998");
  x.origins = {"http://127.0.0.1:29998"};
  CHECK(origin_status(x) == 200);
  for (const auto* origin :
       {"http://evil.example", "https://127.0.0.1:29998", "null", "http://127.0.0.1:29997", ""}) {
    CAPTURE(origin);
    x.origins = {origin};
    CHECK(origin_status(x) == 403);
  }
  x.origins = {};
  x.fetch_site = "cross-site";
  CHECK(origin_status(x) == 403);
  auto local = by_socket("GET");
  local.origins = {"http://evil.example"};
  CHECK(origin_status(local) == 403);
}

TEST_CASE("TCP changes only with the token") {
  auto x = by_tcp("localhost", "PUT");
  CHECK(right_status(x, false) == 200);
  CHECK(right_status(x, true) == 403);
  CHECK(right_status(x, true, loopback_with_token()) == 403);
  x.authorization = "Bearer " + good_token;
  CHECK(right_status(x, true, loopback_with_token()) == 200);
  CHECK(right_status(x, true) == 401);  // there is no token to compare with
  x.authorization = "bearer " + good_token.substr(1);
  CHECK(right_status(x, true, loopback_with_token()) == 401);
  CHECK(right_status(x, false, loopback_with_token()) == 401);
  x.authorization = "Basic " + good_token;
  CHECK(right_status(x, true, loopback_with_token()) == 403);
}

TEST_CASE("beyond loopback each request needs the token") {
  const access_policy policy{ip_address::v4(10, 0, 0, 5), {}, good_token};
  auto x = by_tcp("10.0.0.5");
  CHECK(right_status(x, false, policy) == 401);
  x.authorization = "Bearer " + good_token;
  CHECK(right_status(x, false, policy) == 200);
}

TEST_CASE("the socket changes without a token") {
  CHECK(right_status(by_socket("PUT"), true, loopback_with_token()) == 200);
}

TEST_CASE("a body must be JSON by its type, which no form of a page sends") {
  auto x = by_socket("POST");
  x.body = "{}";
  for (const auto* type : {"", "text/plain", "application/x-www-form-urlencoded",
                           "multipart/form-data", "application/jsonp"}) {
    CAPTURE(type);
    x.content_type = type;
    CHECK(right_status(x, true) == 415);
  }
  x.content_type = "Application/JSON; charset=utf-8";
  CHECK(right_status(x, true) == 200);
}

TEST_CASE("secrets are the same only if all bytes are") {
  CHECK(is_same_secret("abc", "abc"));
  CHECK_FALSE(is_same_secret("abc", "abd"));
  CHECK_FALSE(is_same_secret("abc", "abcabc"));
  CHECK_FALSE(is_same_secret("abcabc", "abc"));
  CHECK_FALSE(is_same_secret("", "abc"));
  CHECK_FALSE(is_same_secret("abc", ""));
}

}  // namespace scalesmall
