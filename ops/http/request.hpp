#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ops/http/answer.hpp"

namespace scalesmall {

/// Who asks over the unix socket, by the kernel's word.
struct socket_caller {
  std::uint32_t uid = 0;
  std::int32_t pid = 0;
};

/// Who is at the other end of a unix socket. Somebody whom the kernel does not know gets no rights:
/// nobody has the uid and the process of the answer then.
[[nodiscard]] socket_caller caller_at(int fd);

/// What the decisions on a request look at.
struct http_request {
  std::string method;
  std::string target;                     ///< as it was sent: path and query, encoded
  std::vector<std::string> hosts = {};    ///< all headers of that name
  std::vector<std::string> origins = {};  ///< likewise
  std::string authorization = {};
  std::string content_type = {};
  std::string fetch_site = {};  ///< Sec-Fetch-Site, by which browsers tell where a page came from
  std::optional<std::string> last_event = {};  ///< Last-Event-ID
  std::vector<std::string> known_tags = {};    ///< If-None-Match
  std::string body = {};
  std::optional<socket_caller> caller = {};  ///< nothing: over TCP
};

/// Names and values, in the order in which they came.
using http_headers = std::vector<std::pair<std::string, std::string>>;

/// Reads the headers that matter. Refuses a body that is too long (413), or of a length that is not
/// told (411).
[[nodiscard]] std::optional<http_answer> take_headers(http_request& to, const http_headers& headers,
                                                      std::size_t body_bytes_max);

}  // namespace scalesmall
