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

/// Of a list with commas. Whether a tag is weak does not matter to a reader (RFC 9110, 13.1.2).
void add_tags(std::vector<std::string>& to, std::string_view list) {
  while (!list.empty()) {
    auto tag = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), tag.size() + 1));
    while (tag.starts_with(' ') || tag.starts_with('\t')) tag.remove_prefix(1);
    while (tag.ends_with(' ') || tag.ends_with('\t')) tag.remove_suffix(1);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (!tag.empty()) to.emplace_back(tag);
  }
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
    if (name == "if-none-match") add_tags(to.known_tags, value);
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
