#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <scalesmall/time.hpp>
#include <set>
#include <utility>
#include <vector>

#include "actors/broadcast/tcp_hop.hpp"

namespace scalesmall {

/// The hops of broadcasts that have left and are not acknowledged yet. A relay that takes a message
/// and then stalls would keep it from its whole half; so after some patience the hop is rerouted.
///
/// Patience follows the times that acknowledgements take, as TCP's retransmission time-out does
/// (RFC 6298): a smoothed mean and four deviations. Late acknowledgements count as well, but each
/// only up to a limit. So an overloaded or distant network is waited for, while lost messages say
/// nothing and do not make a node slower.
///
/// If a relay was only slow, rerouting makes its half be served twice. Where all nodes are slow
/// that would make them slower still. So rerouting takes a token. Hops that are acknowledged in
/// time earn tokens, and one late acknowledgement takes all of them. Loss alone brings no late
/// acknowledgements. A retransmission to the same relay costs one message at most, and takes no
/// token. Not thread-safe.
class pending_hops {
public:
  static constexpr duration patience_first = std::chrono::milliseconds{200};
  static constexpr duration patience_min = std::chrono::milliseconds{50};
  static constexpr duration patience_max = std::chrono::seconds{2};
  /// How long an overdue hop is still listened for.
  static constexpr duration memory = std::chrono::seconds{10};
  /// Overdue hops in succession, over at least this time, after which a peer counts as one that
  /// cannot be reached.
  static constexpr int overdue_max = 40;
  static constexpr duration overdue_time = std::chrono::seconds{3};
  /// Rerouting takes one token. Each hop acknowledged in time earns some: across a network that
  /// loses half of all messages, three of four attempts at a hop are never acknowledged.
  static constexpr int tokens_max = 30;
  static constexpr int tokens_earned = 3;

  using hop_ptr = std::shared_ptr<const tcp_hop>;
  using key = std::uint64_t;

  /// Takes note that a hop leaves now.
  key begin(hop_ptr hop, time_point now);

  /// The target has the message.
  void acknowledged(key which, time_point now);

  /// The target cannot have the message. False if the hop was rerouted already.
  bool end(key which);

  struct overdue_hop {
    hop_ptr hop;
    bool reroute = false;      ///< whether it is to be sent again now
    bool unreachable = false;  ///< too many hops to its target were overdue
  };

  /// The hops that have been waited for long enough, each once.
  [[nodiscard]] std::vector<overdue_hop> overdue(time_point now);

  /// Whether there is a hop that is neither acknowledged nor overdue. Linear in the hops.
  [[nodiscard]] bool is_waiting() const;

  /// When overdue() may have something.
  [[nodiscard]] std::optional<time_point> next_due() const;

  /// The peer that acknowledged last.
  [[nodiscard]] const std::optional<net_id>& last_heard() const noexcept { return last_heard_; }

  /// How long a hop that leaves now is waited for.
  [[nodiscard]] duration patience() const;

private:
  struct flight {
    hop_ptr hop;
    time_point begun{};
    time_point due{};  // or when it is forgotten
    bool overdue = false;
    bool rerouted = false;
  };

  /// The overdue hops of one peer since it last acknowledged one in time.
  struct lateness {
    int hops = 0;
    time_point since{};
  };

  void take(std::map<key, flight>::iterator which);

  std::map<key, flight> flights_;
  std::set<std::pair<time_point, key>> due_;
  std::map<net_id, lateness> late_;
  int tokens_ = tokens_max;
  std::optional<net_id> last_heard_;
  key next_ = 0;
  bool measured_ = false;
  duration mean_{};
  duration deviation_{};
};

/// The hops that take the place of an overdue one. First the same is sent to its target once more,
/// for mostly only a message was lost. Then the next node of the half gets it, and the slow target
/// alone is tried besides. The slow target then stands on no list. Otherwise each relay could count
/// on some nodes and be counted on by others, and in a circle of relays that count on each other
/// (seen_broadcasts) a node might be served by none. Empty after hop_tries_max.
[[nodiscard]] std::vector<pending_hops::hop_ptr> reroute(const tcp_hop& slow);

/// A detour to the last node of a half, by way of a node that is well: perhaps only the connection
/// to the last node stands still. It is sent besides and not waited for, since it says nothing of
/// that node. Null if there is no other node, or if the hop is itself part of a detour.
[[nodiscard]] std::shared_ptr<const tcp_hop> detour(const tcp_hop& slow,
                                                    const std::optional<net_id>& well);

}  // namespace scalesmall
