#pragma once

#include <scalesmall/net_id.hpp>
#include <scalesmall/result.hpp>
#include <system_error>

namespace scalesmall {

/// A listening socket, which the caller closes.
struct tcp_listener {
  int fd = -1;
  net_id at;  ///< with the real port
};

/// Listens at this address; port 0 takes any free one.
[[nodiscard]] result<tcp_listener, std::error_code> listen_tcp(const net_id& at);

}  // namespace scalesmall
