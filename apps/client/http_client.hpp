#pragma once

#include <chrono>
#include <optional>
#include <scalesmall/result.hpp>
#include <string>
#include <string_view>

#include "ops/verbs/verb_parameters.hpp"

namespace scalesmall {

/// An answer from a node.
struct http_reply {
  unsigned status = 0;
  std::string body;

  friend bool operator==(const http_reply&, const http_reply&) = default;
};

/// Reads a whole answer of HTTP/1.0 or 1.1 that ended with its connection, or with the length that
/// it told. Nothing if it is none, or not whole.
[[nodiscard]] std::optional<http_reply> parse_reply(std::string_view text);

/// The bytes of a request, after whose answer the connection ends.
[[nodiscard]] std::string to_text(const verb_request& request);

/// Why a node did not answer.
struct no_reply {
  int error = 0;  ///< an errno; 0: it answered something else than HTTP
  bool connected = false;
};

/// Asks the node at this unix socket.
[[nodiscard]] result<http_reply, no_reply> ask(const std::string& socket,
                                               const verb_request& request,
                                               std::chrono::milliseconds limit);

/// Whether a node is there: 0, or an errno.
[[nodiscard]] int try_socket(const std::string& socket);

}  // namespace scalesmall
