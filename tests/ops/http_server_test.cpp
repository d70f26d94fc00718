#include "ops/http_server.hpp"

#include <atomic>
#include <future>
#include <thread>

#include <doctest/doctest.h>

#include "ops/change_threads.hpp"
#include "ops/files/control_socket.hpp"
#include "ops/http/bounds.hpp"
#include "tests/ops/raw_http.hpp"

namespace scalesmall {

namespace {

/// Answers with what was asked. What is asked at /later is answered when the test says so.
struct echo_server : socket_directory {
  std::promise<http_server::responder> asked_later;
  std::optional<http_server> server;
  result<control_socket, socket_refused> socket = control_socket::open(path, 0600);

  echo_server() {
    server.emplace([this](const http_request& x, const http_server::responder& respond) {
      if (x.target == "/later") {
        asked_later.set_value(respond);
        return std::optional<http_answer>{};
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
