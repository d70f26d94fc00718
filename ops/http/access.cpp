#include "ops/http/access.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>

#include "messages/number.hpp"

namespace scalesmall {

namespace {

bool is_same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

/// The host of "host", "host:port" or "[address]:port"; empty if it is none of them.
std::string_view without_port(std::string_view host) {
  auto end = host.find(':');
  if (host.starts_with('[')) {
    const auto bracket = host.find(']');
    if (bracket == host.npos) return {};
    end = bracket + 1 == host.size() ? host.npos : bracket + 1;
  }
  if (end == host.npos) return host;
  if (host[end] != ':' || !parse_digits<std::uint16_t>(host.substr(end + 1))) return {};
  return host.substr(0, end);
}

bool is_this_host(std::string_view text, const access_policy& policy) {
  auto host = without_port(text);
  if (is_same_word(host, "localhost")) return true;
  if (std::ranges::any_of(policy.names,
                          [&](const std::string& name) { return is_same_word(host, name); }))
    return true;
  const bool bracketed = host.size() > 2 && host.starts_with('[');
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto address = parse_ip_address(host);
  return address && bracketed != address->is_v4() &&
         (address->is_loopback() || *address == policy.listen);
}

/// The token of "Bearer TOKEN"; empty if there is none.
std::string_view bearer(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  if (!is_same_word(authorization.substr(0, scheme.size()), scheme)) return {};
  return authorization.substr(scheme.size());
}

bool is_json(std::string_view content_type) {
  auto type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return is_same_word(type, "application/json");
}

}  // namespace

std::optional<http_answer> judge_origin(const http_request& x, const access_policy& policy) {
  if (!x.caller && (x.hosts.size() != 1 || !is_this_host(x.hosts[0], policy)))
    return refusal(421, "wrong_host", "Host: it must name this machine, as localhost does");
  const auto is_own = [&](const std::string& origin) {
    return x.hosts.size() == 1 && is_same_word(origin, "http://" + x.hosts[0]);
  };
  if (!std::ranges::all_of(x.origins, is_own) || x.fetch_site == "cross-site")
    return refusal(403, "cross_site", "a page of another origin may not ask this node");
  return {};
}

std::optional<http_answer> judge_right(const http_request& x, bool changes,
                                       const access_policy& policy) {
  if (!x.caller) {
    const auto given = bearer(x.authorization);
    const bool holds_token = !policy.token.empty() && is_same_secret(given, policy.token);
    if (!given.empty() && !holds_token)
      return refusal(401, "wrong_token", "Authorization: the token is not the one of this node");
    if (!holds_token && !policy.listen.is_loopback())
      return refusal(401, "no_token", "Authorization: beyond loopback each request needs a token");
    if (!holds_token && changes)
      return refusal(403, "read_only", "without a token TCP only reads; the unix socket changes");
  }
  if (!x.body.empty() && !is_json(x.content_type))
    return refusal(415, "wrong_type", "Content-Type: a body must be application/json");
  return {};
}

bool is_same_secret(std::string_view a, std::string_view b) noexcept {
  auto differs = static_cast<unsigned>(a.size() != b.size());
  for (std::size_t i = 0; i < a.size() && !b.empty(); ++i)
    differs |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i % b.size()]);
  return differs == 0;
}

}  // namespace scalesmall
