#pragma once

#include <optional>
#include <scalesmall/net_id.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "ops/http/answer.hpp"
#include "ops/http/request.hpp"

namespace scalesmall {

/// Who may ask what over TCP. The unix socket needs no such rules: the kernel lets in only those
/// whom the mode of its file allows.
struct access_policy {
  ip_address listen = ip_address::v4(127, 0, 0, 1);
  std::vector<std::string> names = {};  ///< of this machine, besides localhost
  std::string token = {};               ///< empty: TCP only reads
};

/// The first part of a judgement, which needs no route: whether a browser was misled. Of TCP each
/// request names exactly one host, which is this one (421), so that a name that was bound to this
/// address anew reads nothing. No page of another origin asks anything (403), on either transport.
[[nodiscard]] std::optional<http_answer> judge_origin(const http_request& x,
                                                      const access_policy& policy);

/// The second part, for a known route: whether the token allows it (401, 403), and whether a body
/// is one that no form of a page sends (415).
[[nodiscard]] std::optional<http_answer> judge_right(const http_request& x, bool changes,
                                                     const access_policy& policy);

/// Compares in a time that does not depend on where the texts differ.
[[nodiscard]] bool is_same_secret(std::string_view a, std::string_view b) noexcept;

}  // namespace scalesmall
