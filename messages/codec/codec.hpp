#pragma once

#include <scalesmall/bytes.hpp>
#include <scalesmall/result.hpp>

#include "messages/gossip.hpp"
#include "messages/limits.hpp"

/// The body of a frame: a gossip as sections of columns. docs/wire-format.md defines it byte by
/// byte. The golden frames in tests/golden/ keep that page and this code in step.
namespace scalesmall {

/// Encodes a gossip; decode() gives an equal one back. Throws std::invalid_argument if the gossip
/// breaks a rule of its records: a list out of order, a reversed range, an invalid name, a delta
/// without a clock, or a batch whose sizes do not add up to its content. Throws std::length_error
/// beyond a bound of limits.hpp on frames and their lists; a sender with more to say makes several
/// gossips. Any thread.
[[nodiscard]] bytes encode(const gossip& x);

/// Encodes a gossip that repeats what others said. Where encode() throws this returns
/// fault::limit_exceeded beyond a bound, fault::not_sorted for any other broken rule. Any thread.
[[nodiscard]] result<bytes> try_encode(const gossip& x);

/// Decodes a body, or returns the fault for which it is refused. Whatever the bytes are, memory
/// stays within what limits.hpp allows for one frame. More than `entries_max` entries are
/// fault::limit_exceeded, found before memory is reserved for them. Any thread.
[[nodiscard]] result<gossip> decode(bytes_view body,
                                    std::size_t entries_max = limits::frame_entries_max);

}  // namespace scalesmall
