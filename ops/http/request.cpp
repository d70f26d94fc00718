#include "ops/http/request.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <sys/socket.h>

#include "messages/number.hpp"

namespace scalesmall {

namespace {

std::string lower_name(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace

socket_caller caller_at(int fd) {
  ucred who{};
  socklen_t size = sizeof who;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) == -1)
    return {static_cast<std::uint32_t>(-1), 0};
  return {who.uid, who.pid};
}

std::optional<http_answer> take_headers(http_request& to, const http_headers& headers,
                                        std::size_t body_bytes_max) {
  for (const auto& [written, value] : headers) {
    const auto name = lower_name(written);
    if (name == "host") to.hosts.push_back(value);
    if (name == "origin") to.origins.push_back(value);
    if (name == "authorization") to.authorization = value;
    if (name == "content-type") to.content_type = value;
    if (name == "last-event-id") to.last_event = value;
    if (name == "sec-fetch-site") to.fetch_site = value;
    if (name == "transfer-encoding")
      return refusal(411, "no_length", "Content-Length: the length of a body must be told");
    if (name == "content-length") {
      const auto length = parse_digits<std::uint64_t>(value);
      if (!length) return refusal(400, "invalid_argument", "Content-Length: it must be a number");
      if (*length > body_bytes_max) {
        return refusal(413, "too_long",
                       "a body may have " + std::to_string(body_bytes_max) + " bytes");
      }
    }
  }
  return {};
}

}  // namespace scalesmall
