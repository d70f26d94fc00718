#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <scalesmall/fault.hpp>
#include <string>
#include <utility>
#include <vector>

namespace scalesmall {

/// Counts of what one node has sent, received and dropped. Thread-safe. The numbers only grow.
struct counters {
  std::atomic<std::uint64_t> datagrams_sent{0};
  std::atomic<std::uint64_t> datagrams_received{0};
  std::atomic<std::uint64_t> datagrams_failed{0};  ///< refused by the operating system
  std::atomic<std::uint64_t> frames_sent{0};       ///< over TCP
  std::atomic<std::uint64_t> frames_received{0};
  std::atomic<std::uint64_t> bytes_sent{0};         ///< of datagrams and frames, headers included
  std::atomic<std::uint64_t> bytes_received{0};     ///< likewise
  std::atomic<std::uint64_t> frames_dropped{0};     ///< a peer's queue was full
  std::atomic<std::uint64_t> peers_unreachable{0};  ///< connections that could not be made or broke
  std::atomic<std::uint64_t> hops_overdue{0};       ///< not acknowledged in time
  std::atomic<std::uint64_t> connections_idle{0};   ///< closed: no whole frame for the idle time
  std::atomic<std::uint64_t> connections_crowded_out{0};  ///< closed to make room for others
  std::atomic<std::uint64_t> datagrams_dropped{0};        ///< too much was being merged
  std::atomic<std::uint64_t> frames_passed_over{0};       ///< too many expand to very much
  std::atomic<std::uint64_t> plain_accepted{0};           ///< plain frames at a node that seals
  std::atomic<std::uint64_t> claims_refused{0};           ///< rows and claims over a limit
  std::atomic<std::uint64_t> requests_refused{0};         ///< of peers that asked too often
  /// Questions that came from another address than their sender's, or for whose answers there was
  /// no room.
  std::atomic<std::uint64_t> answers_refused{0};
  /// Connections not opened: to an address that no peer can have, or to one peer too many of those
  /// that were never reached.
  std::atomic<std::uint64_t> connections_refused{0};
  std::atomic<std::uint64_t> hops_refused{0};        ///< not served: over a limit, or without room
  std::atomic<std::uint64_t> groups_left_out{0};     ///< from questions that one frame cannot hold
  std::atomic<std::uint64_t> arrivals_failed{0};     ///< whose handling threw; not acknowledged
  std::atomic<std::uint64_t> gossips_unsendable{0};  ///< what others said and no frame can say
  // The detection of failures.
  std::atomic<std::uint64_t> probes_sent{0};
  std::atomic<std::uint64_t> statements_made{0};  ///< that another member does not answer
  /// Of others: about strangers, by members that do not watch, too many, or about a former life.
  std::atomic<std::uint64_t> statements_ignored{0};
  std::atomic<std::uint64_t> verdicts_changed{0};  ///< of the members that are unreachable
  std::atomic<std::uint64_t> absences{0};          ///< times that this node itself came late
  // Program messages.
  std::atomic<std::uint64_t> messages_sent{0};           ///< each once, whatever its receivers
  std::atomic<std::uint64_t> messages_handled{0};        ///< given to every handler of their tag
  std::atomic<std::uint64_t> messages_failed{0};         ///< a handler threw
  std::atomic<std::uint64_t> messages_unknown_tag{0};    ///< without a handler here
  std::atomic<std::uint64_t> messages_unknown_group{0};  ///< this node is not in their group
  std::atomic<std::uint64_t> messages_undelivered{0};    ///< each once per peer that missed it
  std::atomic<std::uint64_t> batches_repeated{0};        ///< duplicates that arrived
  std::atomic<std::uint64_t> batches_refused{0};         ///< too large, or too many at a time
  std::array<std::atomic<std::uint64_t>, fault_count> faults{};  ///< frames dropped, by reason

  void count(fault why) { ++faults[static_cast<std::size_t>(why)]; }
};

/// The name and the value of each, in a fixed order; the faults as "fault_<name>".
[[nodiscard]] std::vector<std::pair<std::string, std::uint64_t>> to_pairs(const counters& x);

}  // namespace scalesmall
