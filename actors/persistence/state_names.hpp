#pragma once

namespace scalesmall {

/// The files of a state directory: what the node says of itself, and the peers that it knows.
inline constexpr const char* self_file = "self";
inline constexpr const char* peers_file = "peers";

}  // namespace scalesmall
