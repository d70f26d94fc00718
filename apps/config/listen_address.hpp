#pragma once

#include "apps/config/options.hpp"

namespace scalesmall {

/// The address on which the node listens: the given one. By default it is 127.0.0.1; with a key
/// file it is the first IPv4 address of an interface that is up and supports broadcast, if there is
/// one.
[[nodiscard]] ip_address listen_address(const options& x);

}  // namespace scalesmall
