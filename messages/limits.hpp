#pragma once

#include <cstddef>
#include <scalesmall/limits.hpp>

/// Every bound of what the network may make this program hold, together with those that programs
/// meet (<scalesmall/limits.hpp>). Whatever arrives is checked against these before memory is
/// reserved for it; what exceeds one is refused with fault::limit_exceeded.
namespace scalesmall::limits {

/// Clocks, and ranges of keys, in one digest; who knows more speaks of a part at a time.
inline constexpr std::size_t digest_clocks_max = 100'000;

/// Items in one message.
inline constexpr std::size_t items_max = 1'000'000;

/// Messages in one gossip, and groups in one digest.
inline constexpr std::size_t messages_max = 100'000;

/// Seen ids, other ids or distribution list of one gossip.
inline constexpr std::size_t envelope_ids_max = net_ids_max;

/// Ranges of the keys within which a message speaks: those that two interests share are fewer.
inline constexpr std::size_t key_set_ranges_max = 2 * interest_ranges_max;

/// Acknowledgements in one frame.
inline constexpr std::size_t acknowledged_max = 10'000;

/// What one node passes on and handles of others' messages at a time, in bytes, and the batches of
/// them; what is beyond either is refused, counted, and comes again.
inline constexpr std::size_t batches_in_hand_bytes_max = 64 * 1024 * 1024;
inline constexpr std::size_t batches_in_hand_max = 4'096;

/// Messages of programs in one frame.
inline constexpr std::size_t batch_messages_max = 10'000;

/// All entries of all lists of one frame: net_ids, references to them, clocks, items, ranges and
/// messages. Columns may say many alike values in a few bytes; this bounds what a short body can
/// unfold to (some 40 MB).
inline constexpr std::size_t frame_entries_max = 500'000;

/// Body of one frame as it travels, and as it is after decompression, in bytes.
inline constexpr std::size_t body_bytes_max = 8 * 1024 * 1024;

/// Frames of more than this, in bytes, share the room of the next: unfinished or waiting for their
/// turn, all that others send to one node together. Any shorter one is read by the way.
inline constexpr std::size_t large_frame_bytes_min = 4 * 1024;
inline constexpr std::size_t large_frames_bytes_max = 12 * 1024 * 1024;

/// Body of a frame that brings nothing but acknowledgements, in bytes.
inline constexpr std::size_t acknowledgement_bytes_max = 64 * 1024;

/// Where a node begins a new frame when it answers with much, in bytes before compression.
inline constexpr std::size_t frame_bytes_target = 256 * 1024;

/// Frames waiting for one peer; beyond it, or beyond peer_queue_bytes_max, the oldest is dropped
/// and counted.
inline constexpr std::size_t peer_queue_frames_max = 1'024;

/// Connections that others opened to one node at the same time.
inline constexpr std::size_t incoming_connections_max = 1'024;

}  // namespace scalesmall::limits
