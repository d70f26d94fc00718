#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>

#include "ops/http/answer.hpp"
#include "ops/http/request.hpp"

namespace scalesmall {

/// Serves HTTP/1.1 on listening sockets, by one thread of its own, which sleeps while nobody asks.
/// What a client can make it hold is bounded by ops/http/bounds.hpp.
class http_server {
public:
  /// Gives the answer of a request that was not answered at once. Any thread may call it, once,
  /// also when the server is gone or has given up the request.
  using responder = std::function<void(http_answer)>;

  /// Answers a request, or keeps the responder and returns nothing. Runs on the server's thread and
  /// must not wait.
  using handler = std::function<std::optional<http_answer>(const http_request&, responder)>;

  /// Is told what a request or a stream has thrown, before its connection is closed. Runs on the
  /// server's thread and must neither wait nor throw.
  using fault_handler = std::function<void(const std::exception& why)>;

  explicit http_server(
      handler answer, fault_handler on_fault = [](const std::exception&) {});

  /// Answers what is ready, refuses with 503 what waits, and ends the thread.
  ~http_server();
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  enum class transport : std::uint8_t { unix_socket, tcp };

  /// Serves this socket, too, and owns it from now on. To be called before start().
  /// @throws std::runtime_error if the system has no room
  void serve(int listening, transport kind);

  /// Starts the thread.
  void start();

  /// Asks all streams for what has come, soon. Any thread.
  void wake_streams();

private:
  struct exchange;
  struct impl;

  std::unique_ptr<impl> impl_;
};

}  // namespace scalesmall
