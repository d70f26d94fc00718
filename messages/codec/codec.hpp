#pragma once

#include <scalesmall/bytes.hpp>
#include <scalesmall/result.hpp>

#include "messages/gossip.hpp"
#include "messages/limits.hpp"

/// The body of a frame: a gossip as sections of columns. Defined byte by byte in
/// docs/wire-format.md; the golden frames in tests/golden/ hold the page and this code together.
namespace scalesmall {

/// The gossip as bytes: decode gives the same value back. Throws std::invalid_argument if a list is
/// not in the order that gossip.hpp asks for, a range is reversed or a group name is none, and
/// std::length_error beyond net_ids_max, messages_max, envelope_ids_max, batch_messages_max,
/// frame_entries_max or body_bytes_max of limits.hpp: who has more to say says it in several
/// gossips.
[[nodiscard]] bytes encode(const gossip& x);

/// The gossip that the bytes hold, or why they hold none. Whatever the bytes are, memory stays
/// within what limits.hpp allows for one frame. More than `entries_max` entries are limit_exceeded,
/// found out before there is memory for them. Safe to call from any thread.
[[nodiscard]] result<gossip> decode(bytes_view body,
                                    std::size_t entries_max = limits::frame_entries_max);

}  // namespace scalesmall
