#pragma once

#include <optional>
#include <scalesmall/net_id.hpp>

namespace scalesmall {

/// The system's index of the interface with this address; 0 if there is none, nothing if the system
/// does not tell. Any thread.
[[nodiscard]] std::optional<unsigned> interface_index(const ip_address& address);

}  // namespace scalesmall
