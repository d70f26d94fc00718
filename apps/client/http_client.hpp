#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <scalesmall/result.hpp>
#include <scalesmall/time.hpp>
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
/// @param version of HTTP: 1.0 has no chunks
[[nodiscard]] std::string to_text(const verb_request& request, std::string_view version = "1.1");

/// Why a node did not answer.
struct no_reply {
  int error = 0;  ///< an errno; 0: it answered something else than HTTP
  bool connected = false;
};

/// Longer than a node takes for any answer.
inline constexpr std::chrono::seconds answer_patience{15};

/// Asks the node at this unix socket.
[[nodiscard]] result<http_reply, no_reply> ask(const std::string& socket,
                                               const verb_request& request,
                                               std::chrono::milliseconds limit);

/// An answer that comes piece by piece, as a stream of events does.
class reply_stream {
public:
  /// Asks the node at this unix socket, and waits for the head of its answer.
  [[nodiscard]] static result<reply_stream, no_reply> open(const std::string& socket,
                                                           const verb_request& request,
                                                           std::chrono::milliseconds limit);
  reply_stream(reply_stream&& other) noexcept;
  reply_stream& operator=(reply_stream&&) = delete;
  ~reply_stream();

  [[nodiscard]] unsigned status() const { return status_; }

  enum class outcome : std::uint8_t { bytes, end, timeout };

  /// Waits for the next bytes of the body, at most until then; by default as long as it takes.
  [[nodiscard]] outcome read(std::string& to, std::optional<time_point> until = {});

private:
  reply_stream() = default;

  int fd_ = -1;
  unsigned status_ = 0;
  std::string begin_;  ///< of the body, which came with the head
};

/// Whether a node is there: 0, or an errno.
[[nodiscard]] int try_socket(const std::string& socket);

}  // namespace scalesmall
