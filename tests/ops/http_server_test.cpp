#include "ops/http_server.hpp"

#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include <doctest/doctest.h>

#include "ops/change_threads.hpp"
#include "ops/files/control_socket.hpp"
#include "ops/http/bounds.hpp"
#include "tests/ops/raw_http.hpp"

namespace scalesmall {

namespace {

/// A stream of what the test puts into it.
struct test_stream final : answer_stream {
  std::mutex mutex;
  std::string text = "first\n";
  std::promise<void>& ended;

  explicit test_stream(std::promise<void>& x) : ended(x) {}
  ~test_stream() override { ended.set_value(); }

  std::string next(bool) override {
    const std::lock_guard lock{mutex};
    return std::exchange(text, {});
  }
};

/// Answers with what was asked. What is asked at /later is answered when the test says so.
struct echo_server : socket_directory {
  std::promise<http_server::responder> asked_later;
  std::promise<void> stream_ended;
  std::shared_ptr<test_stream> stream = std::make_shared<test_stream>(stream_ended);
  std::optional<http_server> server;
  result<control_socket, socket_refused> socket = control_socket::open(path, 0600);

  echo_server() {
    server.emplace([this](const http_request& x, const http_server::responder& respond) {
      if (x.target == "/later") {
        asked_later.set_value(respond);
        return std::optional<http_answer>{};
      }
      if (x.target == "/stream") {
        http_answer endless{200, {}, "text/event-stream"};
        endless.stream = std::exchange(stream, nullptr);
        return std::optional{std::move(endless)};
      }
      return std::optional{http_answer{200, x.method + ' ' + x.target + ' ' + x.body + '\n'}};
    });
    server->serve(socket->release(), http_server::transport::unix_socket);
    server->start();
  }

  [[nodiscard]] std::string ask(const std::string& request, const std::string& headers = "",
                                const std::string& body = "") const {
    return raw_answer(path, request, headers, body);
  }
};

}  // namespace

TEST_CASE_FIXTURE(echo_server, "a request is answered with fixed headers") {
  const auto text = ask("PUT /a%20b?c", "Content-Length: 2\r\n", "{}");
  CHECK(text.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(text.ends_with("\r\n\r\nPUT /a%20b?c {}\n"));
  for (const auto* header :
       {"Cache-Control: no-store", "Content-Security-Policy: default-src 'none'",
        "X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer"}) {
    CAPTURE(header);
    CHECK(text.find(header) != text.npos);
  }
  CHECK(text.find("Access-Control") == text.npos);
}

TEST_CASE_FIXTURE(echo_server, "a connection takes one request after the other") {
  const raw_http connection{path};
  for (const auto* target : {"/1", "/2"}) {
    connection.send(std::string{"GET "} + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(connection.read(std::string{"GET "} + target + " \n").ends_with('\n'));
  }
}

TEST_CASE_FIXTURE(echo_server, "an answer that comes later holds up nobody else") {
  const raw_http connection{path};
  connection.send("GET /later HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto respond = asked_later.get_future().get();
  CHECK(ask("GET /other").ends_with("GET /other \n"));
  respond({200, "at last\n"});
  CHECK(connection.read().ends_with("at last\n"));
}

TEST_CASE_FIXTURE(echo_server, "a server that ends refuses what waits") {
  const raw_http connection{path};
  connection.send("GET /later HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto respond = asked_later.get_future().get();
  server.reset();
  CHECK(connection.read().find("503") != std::string::npos);
  respond({200, "too late"});
}

TEST_CASE_FIXTURE(echo_server, "a client that goes away leaves nothing behind") {
  {
    const raw_http connection{path};
    connection.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
    asked_later.get_future().get();
  }
  const raw_http half{path};
  half.send("GET /half");
  CHECK(ask("GET /other").ends_with("GET /other \n"));
}

TEST_CASE_FIXTURE(echo_server, "a stream sends what comes, for as long as the client stays") {
  const std::weak_ptr<test_stream> source{stream};
  {
    const raw_http connection{path};
    connection.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto head = connection.read("first\n");
    CHECK(head.find("Content-Type: text/event-stream\r\n") != head.npos);
    CHECK(ask("GET /other").ends_with("GET /other \n"));
    {
      const auto to = source.lock();
      REQUIRE(to);
      const std::lock_guard lock{to->mutex};
      to->text = "second\n";
    }
    server->wake_streams();
    CHECK(connection.read("second\n").find("second\n") != std::string::npos);
  }
  stream_ended.get_future().get();  // the server has noticed that nobody reads
}

TEST_CASE_FIXTURE(socket_directory, "what a request throws is told, and closes its connection") {
  std::promise<std::string> told;
  http_server server{
      [](const http_request&, const http_server::responder&) -> std::optional<http_answer> {
        throw std::runtime_error{"no luck"};
      },
      [&](const std::exception& why) { told.set_value(why.what()); }};
  auto socket = control_socket::open(path, 0600);
  REQUIRE(socket);
  server.serve(socket->release(), http_server::transport::unix_socket);
  server.start();
  CHECK(raw_answer(path, "GET /x").empty());
  CHECK(told.get_future().get() == "no luck");
}

TEST_CASE_FIXTURE(echo_server, "a server that ends closes its streams") {
  const raw_http connection{path};
  connection.send("GET /stream HTTP/1.0\r\nHost: x\r\n\r\n");
  CHECK(connection.read("first\n").ends_with("first\n"));
  server.reset();
  CHECK(connection.read().empty());
}

TEST_CASE_FIXTURE(echo_server, "requests beyond the bounds are refused before they are read") {
  const auto bound = http_bounds::body_bytes_max;
  CHECK(ask("PUT /", "Content-Length: " + std::to_string(bound + 1) + "\r\n").find(" 413 ") == 8);
  CHECK(ask("PUT /", "Content-Length: " + std::to_string(bound) + "\r\n", std::string(bound, 'x'))
            .find(" 200 ") == 8);
  CHECK(ask("PUT /", "Transfer-Encoding: chunked\r\n").find(" 411 ") == 8);
  CHECK(ask("GET /", "A: " + std::string(http_bounds::connection_bytes_max, 'x') + "\r\n")
            .find(" 431 ") == 8);
}

TEST_CASE("what waits for the node runs on threads, of which there is a bounded number") {
  change_threads threads{2};
  std::promise<void> go;
  const auto gate = go.get_future().share();
  std::atomic<int> ran{0};
  for (int i = 0; i < 2; ++i) CHECK(threads.run([gate, &ran] { gate.wait(), ++ran; }));
  CHECK_FALSE(threads.run([] {}));
  go.set_value();
  while (ran != 2) std::this_thread::yield();
}

TEST_CASE("what waits on such a thread ends when the threads stop") {
  std::promise<bool> waited;
  {
    change_threads threads{1};
    CHECK(threads.run([&] { waited.set_value(threads.wait_for(std::chrono::hours{1})); }));
    threads.stop();
    CHECK_FALSE(threads.run([] {}));
  }
  CHECK_FALSE(waited.get_future().get());
}

}  // namespace scalesmall
