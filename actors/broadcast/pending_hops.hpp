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
/// and then stalls would keep it from its whole half; so after some patience the half is given to
/// another node.
///
/// Patience follows the times that acknowledgements take, as TCP's retransmission time-out does
/// (RFC 6298): a smoothed mean and four deviations, from which it is learned even if they come too
/// late, though from each only by so much. So an overloaded or distant network is waited for, while
/// messages that are lost say nothing and do not make a node slower.
///
/// To pass a relay by makes its half be served twice if it was only slow. Where all are slow that
/// would make them slower still; so it takes a token, which hops that are acknowledged in time earn
/// and one late acknowledgement takes away altogether. Loss alone brings no late acknowledgements.
/// To ask the same relay once more costs one message at most, so it takes none.
/// Not thread-safe.
class pending_hops {
public:
  static constexpr moment patience_first = std::chrono::milliseconds{200};
  static constexpr moment patience_min = std::chrono::milliseconds{50};
  static constexpr moment patience_max = std::chrono::seconds{2};
  /// How long an overdue hop is still listened for.
  static constexpr moment memory = std::chrono::seconds{10};
  /// Overdue hops in succession, over at least this time, after which a peer counts as one that
  /// cannot be reached.
  static constexpr int overdue_max = 40;
  static constexpr moment overdue_time = std::chrono::seconds{3};
  /// To pass by takes one. Each hop acknowledged in time earns some: of the attempts at a hop
  /// across a network that loses half of all messages, three of four are acknowledged to nobody.
  static constexpr int tokens_max = 30;
  static constexpr int tokens_earned = 3;

  using hop_ptr = std::shared_ptr<const tcp_hop>;
  using key = std::uint64_t;

  /// Takes note that a hop leaves now.
  key begin(hop_ptr hop, moment now);

  /// Its target has it.
  void acknowledged(key which, moment now);

  /// Its target cannot have it. False if another has it already.
  bool end(key which);

  struct overdue_hop {
    hop_ptr hop;
    bool reroute = false;      ///< whether another is to have it now
    bool unreachable = false;  ///< too many of its target's were overdue
  };

  /// Those that have been waited for long enough, each once.
  [[nodiscard]] std::vector<overdue_hop> overdue(moment now);

  /// When overdue() may have something.
  [[nodiscard]] std::optional<moment> next_due() const;

  /// Who acknowledged last.
  [[nodiscard]] const std::optional<net_id>& last_heard() const noexcept { return last_heard_; }

  /// How long a hop that leaves now is waited for.
  [[nodiscard]] moment patience() const;

private:
  struct flight {
    hop_ptr hop;
    moment begun{};
    moment due{};  // or when it is forgotten
    bool overdue = false;
    bool rerouted = false;
  };

  /// What was overdue of one peer since it last acknowledged in time.
  struct lateness {
    int hops = 0;
    moment since{};
  };

  void take(std::map<key, flight>::iterator which);

  std::map<key, flight> flights_;
  std::set<std::pair<moment, key>> due_;
  std::map<net_id, lateness> late_;
  int tokens_ = tokens_max;
  std::optional<net_id> last_heard_;
  key next_ = 0;
  bool measured_ = false;
  moment mean_{};
  moment deviation_{};
};

/// What becomes of an overdue hop. First its target is asked once more, for mostly it was a message
/// that was lost, and whoever has it already need only say so. Then the next node of its half has
/// it, and the slow one is tried by itself. It stands on nobody's list any more: each relay would
/// else come before some that it counts on and after others, and in a circle of relays that
/// count on each other (seen_broadcasts) somebody is served by none. Empty after hop_tries_max.
[[nodiscard]] std::vector<pending_hops::hop_ptr> reroute(const tcp_hop& slow);

/// A way around to the last node of a half, by one that is well: perhaps only the connection to it
/// stands still. To be sent besides and not waited for, since it says nothing of that node. Null if
/// there is nobody else, or if this is itself what became of another's detour.
[[nodiscard]] std::shared_ptr<const tcp_hop> detour(const tcp_hop& slow,
                                                    const std::optional<net_id>& well);

}  // namespace scalesmall
