#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <list>
#include <mutex>
#include <scalesmall/network.hpp>
#include <scalesmall/ops_server.hpp>
#include <scalesmall/runtime.hpp>
#include <string>
#include <thread>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>
#include <doctest/doctest.h>

#include "actors/node_access.hpp"
#include "actors/node_context.hpp"
#include "ops/change_threads.hpp"
#include "ops/http/bounds.hpp"
#include "ops/ping_service.hpp"
#include "ops/pulse.hpp"
#include "tests/node/undisturbed.hpp"
#include "tests/ops/raw_http.hpp"

namespace scalesmall {

namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

node_config quiet_config() {
  node_config config;
  config.listen.port = 0;
  config.multicast = false;
  return config;
}

/// A node with a server at a unix socket.
struct operated_node : socket_directory {
  operated_node() = default;
  operated_node(const operated_node&) = delete;
  operated_node& operator=(const operated_node&) = delete;
  ~operated_node() {
    if (!crashes) check_no_restarts(running.host());
  }

  bool crashes = false;  ///< whether the test crashes actors on purpose
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

TEST_CASE_FIXTURE(operated_node, "what the program does not do is refused") {
  for (const auto* request : {"POST /v1/stop", "POST /v1/reload"})
    CHECK(body(request, "{}").find("unavailable") != std::string::npos);
}

TEST_CASE_FIXTURE(operated_node, "a pulse needs a worker thread and the I/O thread") {
  const auto& host = running.host();
  auto& system = node_access::system(host);
  const auto is_felt = [](const std::future<void>& pulse, std::chrono::milliseconds limit) {
    return pulse.wait_for(limit) == std::future_status::ready;
  };
  CHECK(is_felt(feel_pulse(host), 60s));

  std::promise<void> io_goes_on;
  node_access::context(host).net->post([&] { io_goes_on.get_future().wait(); });
  const auto stuck = feel_pulse(host);
  CHECK_FALSE(is_felt(stuck, 10ms));
  io_goes_on.set_value();
  CHECK(is_felt(stuck, 60s));

  std::promise<void> workers_go_on;
  const auto going_on = workers_go_on.get_future().share();
  std::atomic<std::size_t> waiting = 0;
  for (std::size_t n = 0; n < system.scheduler().num_workers(); ++n) {
    system.spawn([&waiting, going_on] {
      ++waiting;
      waiting.notify_one();
      going_on.wait();
    });
  }
  for (auto now = waiting.load(); now < system.scheduler().num_workers(); now = waiting)
    waiting.wait(now);
  const auto idle = feel_pulse(host);
  CHECK_FALSE(is_felt(idle, 10ms));
  workers_go_on.set_value();
  CHECK(is_felt(idle, 60s));
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

TEST_CASE_FIXTURE(operated_node,
                  "what happens is streamed, and a reader comes back without a loss") {
  const auto has = [](const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
  };
  std::string last;
  {
    const raw_http reader{path};
    reader.send("GET /v1/events HTTP/1.0\r\n\r\n");
    const auto head = reader.read("\n\n");
    CHECK(has(head, "event: reset\ndata: {\"event\":\"reset\",\"why\":\"begin\"}"));
    CHECK(body("PUT /v1/groups/shop/me/ranges/0-99", R"({"port":8080})").starts_with('{'));
    auto text = reader.read("\"reason\":null}\n\n");
    while (!has(text, "range_added")) text += reader.read("\n\n");
    CHECK(has(text, R"("event":"snapshot","group":"shop","complete":true})"));
    CHECK(has(text, R"("event":"member_joined","member":")" + to_string(running->id())));
    CHECK(has(text, R"("start":0,"end":99,"port":8080)"));
    CHECK(has(text, "event: operator\n"));
    const auto at = text.rfind("id: ") + 4;
    last = text.substr(at, text.find('\n', at) - at);
  }
  crashes = true;
  CHECK(body("POST /v1/tree/crash", R"({"path":"group_manager/receiver"})") == "\"ok\"\n");
  const raw_http again{path};
  again.send("GET /v1/events?type=tree HTTP/1.0\r\nLast-Event-ID: " + last + "\r\n\r\n");
  const auto text = again.read("\"event\":\"restarted\"");
  CHECK(has(text, "\"event\":\"failed\",\"path\":\"group_manager/receiver\",\"reason\":\""));
  CHECK_FALSE(has(text, "event: operator"));
  CHECK_FALSE(has(text, "event: reset"));
  CHECK(has(body("GET /v1/tree"), "\"last_failure_at\":\"2"));
}

TEST_CASE_FIXTURE(operated_node,
                  "a reader that is slow is told so, and of the readers there is a bound") {
  const raw_http slow{path};
  slow.send("GET /v1/events?group=g HTTP/1.0\r\n\r\n");
  CHECK(slow.read("\n\n").find("begin") != std::string::npos);
  const raw_http fast{path};
  fast.send("GET /v1/events?group=g HTTP/1.0\r\n\r\n");
  CHECK(fast.read("\n\n").find("begin") != std::string::npos);
  std::vector<served_range> many;
  for (std::uint32_t i = 0; i < 200; ++i) many.push_back({{i, i}, 80});
  for (std::uint16_t port = 1; port <= 40; ++port) {
    for (auto& x : many) x.port = port;
    REQUIRE(running->set_items("g", many));
    // Each round is in the ring before the next, which would otherwise be told as one snapshot.
    const auto last = "\"end\":199,\"port\":" + std::to_string(port) + ',';
    REQUIRE(fast.read(last).find(last) != std::string::npos);
  }
  // What it has missed shows when it reads on, wherever it stopped.
  CHECK(slow.read("too_slow\"}\n\n").find("too_slow") != std::string::npos);

  std::list<raw_http> others;
  for (unsigned i = 2; i < http_bounds::streams_max; ++i) {
    others.emplace_back(path).send("GET /v1/events HTTP/1.0\r\n\r\n");
    CHECK(others.back().read("\n\n").find(" 200 ") != std::string::npos);
  }
  CHECK(body("GET /v1/events").find("unavailable") != std::string::npos);
  others.pop_back();
  const auto is_refused = [&] {
    const raw_http next{path};
    next.send("GET /v1/events HTTP/1.0\r\n\r\n");
    return next.read("\n").find(" 503 ") != std::string::npos;
  };
  while (is_refused()) std::this_thread::yield();
}

TEST_CASE_FIXTURE(operated_node, "a leased claim ends, unless it is made for good") {
  const auto claim = [&](const char* range, const char* how) {
    return body(std::string{"PUT /v1/groups/shop/me/ranges/"} + range, how).starts_with('{');
  };
  CHECK(claim("0-9", R"({"port":80,"ttl_s":1})"));
  CHECK(claim("10-19", R"({"port":80,"ttl_s":1})"));
  CHECK(claim("20-29", R"({"port":80,"ttl_s":"1000"})"));
  CHECK(claim("10-19", R"({"port":80})"));
  CHECK(body("PUT /v1/groups/shop/me/ranges/0-9", R"({"port":80,"ttl_s":1,"keep":true})")
            .find("exclude") != std::string::npos);
  CHECK(running->owners("shop", 0).size() == 1);
  const raw_http reader{path};
  reader.send("GET /v1/events?group=shop HTTP/1.0\r\n\r\n");
  CHECK(reader.read("\n\n").ends_with("\n\n"));
  if (!running->owners("shop", 0).empty())
    CHECK(reader.read("range_removed").find("range_removed") != std::string::npos);
  CHECK(running->owners("shop", 0).empty());
  CHECK(running->owners("shop", 10).size() == 1);
  CHECK(running->owners("shop", 20).size() == 1);
}

TEST_CASE_FIXTURE(operated_node, "the members of a group are asked whether they know the same") {
  node_config config = quiet_config();
  config.peers = {running->id()};
  const auto other = *runtime::start(config);
  const ping_service answering{other.host()};
  CHECK(running->join("shop"));
  CHECK(other->join("shop", {running->id()}));
  CHECK(other->ready("shop").get());
  const auto is_there = [&] { return running->members("shop").size() == 2; };
  while (!is_there()) std::this_thread::yield();
  const auto text = body("POST /v1/ping", "{}");
  CHECK(text.starts_with("{\"well\":true,\"versions\":[\""));
  CHECK(text.find("\"group\":\"shop\",\"asked\":1,\"silent\":0,\"differ\":0") != text.npos);
  CHECK(body("POST /v1/ping", R"({"group":"none"})").find("unknown_group") != std::string::npos);
}

TEST_CASE_FIXTURE(operated_node, "a member that is silent and one that knows something else show") {
  node_config config = quiet_config();
  config.peers = {running->id()};
  const auto silent = *runtime::start(config);
  const auto other = *runtime::start(config);
  const auto answer = other->on_message("scalesmall.ping", [&](const application_message& x) {
    const std::string_view nonce{reinterpret_cast<const char*>(x.content.data()), x.content.size()};
    const auto text = std::string{nonce} + " 9.9 7";
    const auto* begin = reinterpret_cast<const std::uint8_t*>(text.data());
    CHECK(other->broadcast("g", "scalesmall.pong", {begin, text.size()}, std::vector{x.sender}));
  });
  REQUIRE(answer);
  for (const runtime* x : std::initializer_list<const runtime*>{&running, &silent, &other})
    CHECK((*x)->join("g"));
  while (running->members("g").size() != 3) std::this_thread::yield();
  ping_service asking{running.host()};
  change_threads time{1};
  using kind = pinged_member::kind;
  std::vector<pinged_member> asked;
  while (std::ranges::count(asked, kind::differs, &pinged_member::what) == 0)
    asked = asking.ping({"g"}, std::chrono::milliseconds{300}, time)->at(0);
  REQUIRE(asked.size() == 2);
  for (const auto& x : asked) {
    const bool is_silent = x.member == silent->id();
    CHECK(x.what == (is_silent ? kind::silent : kind::differs));
    CHECK(x.round_trip.has_value() == !is_silent);
    CHECK(x.version == (is_silent ? "" : "9.9"));
  }
  CHECK(asking.versions() == std::vector{std::pair{other->id(), std::string{"9.9"}}});
}

TEST_CASE_FIXTURE(operated_node, "of 32 members two are cut off and one knows something else") {
  constexpr std::size_t others = 31;
  const auto net = make_network();
  std::vector<std::unique_ptr<node>> nodes;
  std::list<ping_service> answering;
  for (std::size_t i = 0; i < others; ++i) {
    auto config = quiet_config();
    config.peers = {running->id()};
    node_environment environment;
    environment.net = net;
    nodes.push_back(std::move(*node::start(running.system(), config, std::move(environment))));
    REQUIRE(nodes.back()->join("g"));
    if (i > 2) answering.emplace_back(*nodes.back());
  }
  REQUIRE(running->join("g"));
  const auto& other = *nodes[2];
  const auto answer = nodes[2]->on_message("scalesmall.ping", [&](const application_message& x) {
    auto text = std::string{x.content.begin(), x.content.end()} + " 9.9 7";
    const bytes content{text.begin(), text.end()};
    CHECK(nodes[2]->broadcast("g", "scalesmall.pong", content, std::vector{x.sender}));
  });
  REQUIRE(answer);
  while (running->members("g").size() != others + 1) std::this_thread::yield();

  ping_service asking{running.host()};
  change_threads time{1};
  using kind = pinged_member::kind;
  std::vector<pinged_member> asked;
  const auto count = [&](kind x) { return std::ranges::count(asked, x, &pinged_member::what); };
  for (auto limit = 300ms; count(kind::same) != 28; limit *= 2)
    asked = asking.ping({"g"}, limit, time)->at(0);
  CHECK(count(kind::silent) == 2);
  CHECK(count(kind::differs) == 1);
  for (const auto& x : asked) {
    if (x.what == kind::differs) CHECK(x.member == other.id());
    if (x.what == kind::silent) CHECK((x.member == nodes[0]->id() || x.member == nodes[1]->id()));
  }

  // As an operator asks: once all is known, the answer says so in time.
  const std::string told = R"("asked":31,"silent":2,"differ":1,)";
  std::string text;
  std::chrono::steady_clock::duration took{};
  while (text.find(told) == text.npos) {
    const auto begin = std::chrono::steady_clock::now();
    text = body("POST /v1/ping", R"({"group":"g"})");
    took = std::chrono::steady_clock::now() - begin;
  }
  CHECK(text.starts_with("{\"well\":false,"));
  CHECK(took < 3s * SCALESMALL_TEST_TIME_FACTOR);
}

TEST_CASE_FIXTURE(operated_node, "keys come from outside, and the log does not show them") {
  const std::string hex(32, '5');
  const auto added = body("POST /v1/keys", R"({"keys":")" + hex + std::string(32, '7') + "\"}");
  CHECK(added.starts_with("[\""));
  CHECK(running->keys().read()->keys().size() == 1);
  CHECK(body("POST /v1/keys", R"({"keys":"short"})").find("is not a key") != std::string::npos);
  const std::lock_guard lock{mutex};
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].ends_with(" keys add"));
  CHECK(lines[1].find("short") == std::string::npos);
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
