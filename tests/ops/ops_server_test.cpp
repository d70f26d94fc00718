#include <mutex>
#include <scalesmall/ops_server.hpp>
#include <scalesmall/runtime.hpp>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/ops/raw_http.hpp"

namespace scalesmall {

namespace {

node_config quiet_config() {
  node_config config;
  config.listen.port = 0;
  config.multicast = false;
  return config;
}

/// A node with a server at a unix socket.
struct operated_node : socket_directory {
  runtime running = *runtime::start(quiet_config());
  std::mutex mutex;
  std::vector<std::string> lines;
  result<ops_server, ops_error> server = ops_server::start(running.host(), config());

  ops_config config() {
    ops_config x;
    x.control_socket = path;
    x.log = [this](log_level, std::string_view line) {
      const std::lock_guard lock{mutex};
      lines.emplace_back(line);
    };
    return x;
  }

  [[nodiscard]] std::string body(const std::string& request, const std::string& sent = "") const {
    std::string headers;
    if (!sent.empty()) {
      headers = "Content-Type: application/json\r\nContent-Length: " + std::to_string(sent.size()) +
                "\r\n";
    }
    const auto text = raw_answer(path, request, headers, sent);
    return text.substr(text.find("\r\n\r\n") + 4);
  }
};

}  // namespace

TEST_CASE_FIXTURE(operated_node, "a running node is asked and operated") {
  REQUIRE(server);
  CHECK(body("GET /v1/id") == '"' + to_string(running->id()) + "\"\n");
  CHECK(body("PUT /v1/groups/shop/me/ranges/0-99", R"({"port":8080})").find("\"port\":8080") !=
        std::string::npos);
  CHECK(running->owners("shop", 50).size() == 1);
  CHECK(body("GET /v1/my_groups") == "[\"shop\"]\n");
  CHECK(body("DELETE /v1/groups/shop/me/ranges/0-98?port=8080").find("not_found") !=
        std::string::npos);
  CHECK(body("POST /v1/stop", "{}").find("unavailable") != std::string::npos);
  CHECK(body("GET /health/live").starts_with("{\"well\":true"));
  const auto who =
      "operator uid=" + std::to_string(::getuid()) + " pid=" + std::to_string(::getpid());
  const std::lock_guard lock{mutex};
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == who + " add_item shop 0 99 8080");
  CHECK(lines[1].starts_with(who + " remove_item shop 0 98 8080: refused, "));
}

TEST_CASE_FIXTURE(operated_node, "metrics follow what the node knows") {
  CHECK(running->add_item("whole", {0, 0x7fffffff}, 1));
  const auto before = body("GET /metrics");
  CHECK(before.find("\nscalesmall_group_covered_ratio{group=\"whole\"} 0.5\n") != before.npos);
  CHECK(before.find("\nscalesmall_group_digest{group=\"whole\"} ") != before.npos);
  CHECK(running->add_item("whole", {0x80000000, 0xffffffff}, 1));
  CHECK(running->join("part", {}, {0, 99}));
  const auto after = body("GET /metrics");
  CHECK(after.find("\nscalesmall_group_covered_ratio{group=\"whole\"} 1\n") != after.npos);
  CHECK(after.find("scalesmall_group_digest{group=\"part\"}") == after.npos);
  CHECK(after.find("\nscalesmall_group_members{group=\"part\"} 1\n") != after.npos);
}

TEST_CASE_FIXTURE(operated_node, "the answers outlive the node, which changes nothing any more") {
  running->stop();
  CHECK(body("GET /v1/id") == '"' + to_string(running->id()) + "\"\n");
  CHECK(body("PUT /v1/groups/shop/me", "{}").find("unavailable") != std::string::npos);
}

TEST_CASE_FIXTURE(operated_node, "what cannot be opened is refused in one sentence") {
  const auto again = ops_server::start(running.host(), config());
  REQUIRE_FALSE(again);
  CHECK(again.error().what == ops_error::part::control);
  CHECK(again.error().in_use);

  ops_config far;
  far.http = *parse_net_id("10.0.0.1:0");
  CHECK(ops_server::start(running.host(), far).error().what == ops_error::part::http);
  ops_config weak;
  weak.http_token = "secret";
  CHECK(ops_server::start(running.host(), weak).error().what == ops_error::part::token);
}

}  // namespace scalesmall
