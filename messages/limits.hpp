#pragma once

#include <cstddef>
#include <scalesmall/limits.hpp>

/// All bounds on what the network can make this program hold, together with those that programs
/// meet
/// (<scalesmall/limits.hpp>). Input is checked against its bound
/// before memory is reserved for it. Input beyond a bound is refused with fault::limit_exceeded,
/// unless the bound says otherwise.
namespace scalesmall::limits {

/// Clocks and ranges of keys in one digest. A node that knows more describes a part of its groups
/// at a time. It is less than net_ids_max, because the envelope names nodes, too.
inline constexpr std::size_t digest_clocks_max = net_ids_max - 10'000;

/// Claims that one node remembers, over all groups.
inline constexpr std::size_t items_max = 1'000'000;

/// What one other member may take of these tables: groups with a row of it, and claims in them.
inline constexpr std::size_t groups_of_member_max = 5'000;
inline constexpr std::size_t items_of_member_max = items_max / 4;

/// Groups that only this node's own calls can still add when others have filled the rest.
inline constexpr std::size_t groups_reserved = groups_max / 10;

/// Clocks and claims in the answer of one step of an exchange. The next exchange brings the rest.
inline constexpr std::size_t reply_entries_max = 200'000;

/// Messages in one gossip, and groups in one digest.
inline constexpr std::size_t messages_max = 100'000;

/// Entries of the seen ids, the other ids or the distribution list of one gossip.
inline constexpr std::size_t envelope_ids_max = net_ids_max;

/// Ranges of the keys to which a message is restricted. Two interests have fewer ranges in common.
inline constexpr std::size_t key_set_ranges_max = 2 * interest_ranges_max;

/// Acknowledgements in one frame.
inline constexpr std::size_t acknowledged_max = 10'000;

/// Answers that one node holds for others, from their making until they have left, in bytes: for
/// the peers that it has reached, and for all other senders together. Relayed rows have as much.
inline constexpr std::size_t work_bytes_max = 12 * 1024 * 1024;
inline constexpr std::size_t strangers_work_bytes_max = 4 * 1024 * 1024;

/// Program messages of other nodes that one node relays or handles at a time: their size in bytes,
/// and the number of batches. A batch beyond either is refused and counted; its sender sends it
/// again.
inline constexpr std::size_t batches_in_hand_bytes_max = 64 * 1024 * 1024;
inline constexpr std::size_t batches_in_hand_max = 4'096;

/// The share of both for batches from senders that the node has not reached. A single one may be
/// larger.
inline constexpr std::size_t strangers_batches_bytes_max = 8 * 1024 * 1024;
inline constexpr std::size_t strangers_batches_max = 512;

/// Program messages in one frame.
inline constexpr std::size_t batch_messages_max = 10'000;

/// Entries of all lists of one frame together: net_ids, references to them, clocks, items, ranges
/// and messages. A column stores many equal values in a few bytes, so this bounds what a short body
/// can unfold to (some 40 MB).
inline constexpr std::size_t frame_entries_max = 500'000;

/// Body of one frame, both as it travels and after decompression, in bytes.
inline constexpr std::size_t body_bytes_max = 8 * 1024 * 1024;

/// What a node says in one digest, in bytes before compression. The rest of the frame is for the
/// envelope.
inline constexpr std::size_t digest_bytes_max = body_bytes_max - 1024 * 1024;

/// Frames of more than large_frame_bytes_min wait for room before they are read on. All such frames
/// that arrive at one node, unfinished or waiting for their turn, share large_frames_bytes_max.
/// Shorter frames need no such room. Both in bytes.
inline constexpr std::size_t large_frame_bytes_min = 4 * 1024;
inline constexpr std::size_t large_frames_bytes_max = 12 * 1024 * 1024;

/// Body of a frame that carries nothing but acknowledgements, in bytes.
inline constexpr std::size_t acknowledgement_bytes_max = 64 * 1024;

/// Size at which a node begins a new frame when it has much to send, in bytes before compression.
inline constexpr std::size_t frame_bytes_target = 256 * 1024;

/// Frames that wait for one peer. Beyond this number, or beyond peer_queue_bytes_max, a frame is
/// dropped and counted: the oldest of the flow that holds most bytes.
inline constexpr std::size_t peer_queue_frames_max = 1'024;

/// Connections that other nodes have open to one node at a time.
inline constexpr std::size_t incoming_connections_max = 1'024;

}  // namespace scalesmall::limits
