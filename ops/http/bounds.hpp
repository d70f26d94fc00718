#pragma once

#include <chrono>
#include <cstddef>

/// All bounds on what a client can make the server hold.
namespace scalesmall::http_bounds {

/// Connections to one listener at a time; on TCP, also from one address. One more waits, or is
/// closed if its address has too many.
inline constexpr unsigned connections_max = 64;
inline constexpr unsigned connections_of_address_max = 16;

/// What one connection may hold: the line and the headers of a request, and of its answer, but for
/// the bodies. Longer requests are refused (414, 431).
inline constexpr std::size_t connection_bytes_max = 32 * 1024;

/// A longer body is refused (413).
inline constexpr std::size_t body_bytes_max = 64 * 1024;

/// A connection that neither sends nor takes anything for so long is closed.
inline constexpr std::chrono::seconds idle_max{15};

/// A connection of which a request is not complete after this time is closed.
inline constexpr std::chrono::seconds request_time_max{30};

/// A connection that has not taken the whole of its answer after this time is closed.
inline constexpr std::chrono::seconds answer_time_max{60};

/// Answers that have not left, in bytes, over all connections. Beyond this a request is refused
/// (503); so one answer more may be longer.
inline constexpr std::size_t answers_bytes_max = 64 * 1024 * 1024;

/// Changes that wait for the node at a time; one more is refused (503).
inline constexpr std::size_t changes_max = 32;

/// Changes within a second; one more is refused (429).
inline constexpr unsigned changes_per_second_max = 100;

/// Streams of events at a time, over all listeners; one more is refused (503).
inline constexpr unsigned streams_max = 32;

/// A stream of events tells at least that often that it lives.
inline constexpr std::chrono::seconds stream_beat{15};

/// What a stream gives to its connection at a time, and one event more.
inline constexpr std::size_t stream_bytes_max = 16 * 1024;

/// Groups that have series of their own in the metrics.
inline constexpr std::size_t metric_groups_max = 100;

}  // namespace scalesmall::http_bounds
