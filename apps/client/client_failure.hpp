#pragma once

#include <string>

#include "apps/client/http_client.hpp"

namespace scalesmall {

/// What a client ends with. Scripts go by these.
enum class client_status : int {
  done = 0,
  refused = 1,  ///< the node said no
  usage = 2,    ///< the command line is wrong, or fits several nodes
  no_node = 3,
  unmet = 4,  ///< the node answered, and what was asked for is not so
  not_allowed = 5,
};

/// Why a client did not do what it was to do.
struct client_failure {
  client_status status;
  std::string sentence;
};

/// A socket that this user may not use.
[[nodiscard]] client_failure not_allowed(const std::string& socket);

/// A node that did not answer.
[[nodiscard]] client_failure describe(const std::string& socket, const no_reply& x);

/// An answer that is none of 200.
[[nodiscard]] client_failure describe(const http_reply& x);

}  // namespace scalesmall
