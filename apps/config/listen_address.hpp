#pragma once

#include "apps/config/options.hpp"

namespace scalesmall {

/// Where the node listens: the address that was given; without one 127.0.0.1, but with a key file
/// the first IPv4 address of an interface that is up and broadcasts, if this machine has any.
[[nodiscard]] ip_address listen_address(const options& x);

}  // namespace scalesmall
