#include "ops/http/request.hpp"

#include <doctest/doctest.h>

namespace scalesmall {

namespace {

unsigned headers_status(const http_headers& headers) {
  http_request x;
  const auto refused = take_headers(x, headers, 100);
  return refused ? refused->status : 200;
}

}  // namespace

TEST_CASE("the headers that matter are taken by their names in any case") {
  http_request x;
  CHECK_FALSE(take_headers(x,
                           {{"HOST", "a"},
                            {"host", "b"},
                            {"Origin", "http://a"},
                            {"authorization", "Bearer t"},
                            {"Content-Type", "application/json"},
                            {"Sec-Fetch-Site", "none"},
                            {"If-None-Match", "\"a\", W/\"b\" ,,"},
                            {"If-None-Match", "*"},
                            {"Content-Length", "100"}},
                           100));
  CHECK(x.hosts == std::vector<std::string>{"a", "b"});
  CHECK(x.origins == std::vector<std::string>{"http://a"});
  CHECK(x.authorization == "Bearer t");
  CHECK(x.content_type == "application/json");
  CHECK(x.fetch_site == "none");
  CHECK(x.known_tags == std::vector<std::string>{"\"a\"", "\"b\"", "*"});
}

TEST_CASE("a body must tell its length and be short") {
  CHECK(headers_status({{"content-length", "101"}}) == 413);
  CHECK(headers_status({{"content-length", "99999999999999999999"}}) == 400);
  CHECK(headers_status({{"content-length", "-1"}}) == 400);
  CHECK(headers_status({{"Transfer-Encoding", "chunked"}}) == 411);
}

TEST_CASE("each fault of a verb has its status, and its sentence comes with it") {
  using fault = command_fault;
  const std::pair<fault, unsigned> statuses[]{
      {fault::invalid_argument, 400}, {fault::not_found, 404}, {fault::unknown_group, 404},
      {fault::unavailable, 503},      {fault::timeout, 503},   {fault::internal, 500},
      {fault::unknown_command, 404},
  };
  for (const auto& [what, status] : statuses) CHECK(status_of(what) == status);
  CHECK(answer_of(command_error{fault::not_found, "no \x1b"}).body ==
        "{\"error\":{\"code\":\"not_found\",\"message\":\"no \\u001b\"}}\n");
  CHECK(answer_of(json::array({1})).body == "[1]\n");
  CHECK(health_answer(false, "yes", "no") == http_answer{503, "{\"well\":false,\"why\":\"no\"}\n"});
}

TEST_CASE("an answer has a tag, and is not sent again to a client that has it") {
  const http_answer plain{200, "[]\n"};
  const auto first = tagged(plain, {});
  CHECK(first.body == plain.body);
  CHECK(first.tag.size() == 34);
  const auto again = tagged(plain, {"\"x\"", first.tag});
  CHECK(again.status == 304);
  CHECK(again.body.empty());
  CHECK(again.tag == first.tag);
  CHECK(tagged(plain, {"*"}).status == 304);
  const auto changed = tagged({200, "[1]\n"}, {first.tag});
  CHECK(changed.status == 200);
  CHECK(changed.tag != first.tag);
  const http_answer refused{404, "[]\n"};
  CHECK(tagged(refused, {"*"}) == refused);
}

}  // namespace scalesmall
