#pragma once

#include <cstddef>

/// The bounds that a program can meet. A call that would exceed one changes nothing and fails with
/// call_error::limit_exceeded; with call_error::invalid_argument if it is the length of a name.
namespace scalesmall::limits {

/// Length of the name of a group, a tag or a cluster, in bytes of UTF-8.
inline constexpr std::size_t group_name_bytes_max = 255;

/// Groups that one node remembers, its own and those of others.
inline constexpr std::size_t groups_max = 10'000;

/// Peers that one node remembers. More are passed over without an error.
inline constexpr std::size_t peers_max = 20'000;

/// Members of one group; more exactly: different net_ids in one frame.
inline constexpr std::size_t net_ids_max = 100'000;

/// Claims of one member in one group. All of them travel in one frame.
inline constexpr std::size_t row_items_max = 200'000;

/// Separate ranges of keys that one node joins a group with. A node that joins more gets the whole
/// group.
inline constexpr std::size_t interest_ranges_max = 256;

/// One message of a program, in bytes.
inline constexpr std::size_t message_bytes_max = 4 * 1024 * 1024;

/// One datagram, clear header included, in bytes: below the path MTU of Ethernet so that IP never
/// fragments.
inline constexpr std::size_t datagram_bytes_max = 1'400;

/// What may wait to be sent on one connection, in bytes.
inline constexpr std::size_t peer_queue_bytes_max = 16 * 1024 * 1024;

}  // namespace scalesmall::limits
