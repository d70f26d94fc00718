#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ops/verbs/commands.hpp"

namespace scalesmall {

/// The body of an answer that comes piece by piece, for as long as the client stays.
class answer_stream {
public:
  answer_stream() = default;
  answer_stream(const answer_stream&) = delete;
  answer_stream& operator=(const answer_stream&) = delete;
  virtual ~answer_stream() = default;

  /// What has come since the last call; empty: nothing yet, and the server asks again when it is
  /// woken. Runs on the thread of the server.
  /// @param beat nothing was sent for http_bounds::stream_beat: there must be something
  [[nodiscard]] virtual std::string next(bool beat) = 0;
};

/// An answer to a request.
struct http_answer {
  unsigned status = 200;
  std::string body = {};
  std::string_view content_type = "application/json";
  std::string allow = {};                      ///< with 405: the methods of the path
  std::string tag = {};                        ///< of this body (ETag), in quotes; empty: none
  std::shared_ptr<answer_stream> stream = {};  ///< instead of the body

  friend bool operator==(const http_answer&, const http_answer&) = default;
};

/// A refusal as {"error":{"code":C,"message":M}}. The message may be in an unknown encoding.
[[nodiscard]] http_answer refusal(unsigned status, std::string_view code, std::string_view message);

/// The answer of a verb: its JSON in one line, or its error with the status that fits.
[[nodiscard]] http_answer answer_of(const result<json, command_error>& outcome);

/// Whether a node is well: 200 or 503, and a sentence.
[[nodiscard]] http_answer health_answer(bool well, std::string_view yes, std::string_view no);

/// The same with its tag if it is one of 200, or 304 without a body if that is a tag that the
/// client knows.
/// @param known  of the client; "*": any
[[nodiscard]] http_answer tagged(http_answer answer, const std::vector<std::string>& known);

/// The status for a fault, e.g. 404 for not_found.
[[nodiscard]] unsigned status_of(command_fault fault) noexcept;

}  // namespace scalesmall
