#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "ops/http/access.hpp"
#include "ops/http/answer.hpp"
#include "ops/http/request.hpp"

namespace scalesmall {

/// A request for a verb.
struct verb_call {
  const command* verb = nullptr;
  arguments given = {};
  bool changes = false;   ///< the node, so that it may have to wait for an actor
  std::string line = {};  ///< the verb and its words, printable, for the log
};

/// A request for something that is no verb of the shell.
struct special_call {
  enum class kind : std::uint8_t { metrics, live, ready, stop };
  kind what;
  bool leave = false;  ///< stop: leave all groups first
};

/// The method and the path of each such request.
[[nodiscard]] std::vector<std::pair<std::string_view, std::string>> special_paths();

using decision = std::variant<http_answer, verb_call, special_call>;

/// What a request is answered with, or what is to be done first.
[[nodiscard]] decision decide(const http_request& request, const access_policy& policy);

}  // namespace scalesmall
