#pragma once

#include <chrono>
#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <scalesmall/time.hpp>
#include <set>
#include <vector>

#include "net/planning/broadcast_plan.hpp"

namespace scalesmall {

/// The peers that a node serves with one batch of messages and that have not acknowledged it yet.
/// An acknowledgement speaks for the whole half that its sender was given: it comes when all peers
/// of that half have acknowledged in their turn. So no peer is lost with a relay that dies after it
/// took a batch, and what is on its way is bounded by what its origin lets go at once.
///
/// If a target does not acknowledge in time, its half goes to the next node, which may serve some
/// peers a second time. The target alone is sent the same again, after twice the time, until
/// nothing at all has been heard of it for too long. A program may take its time over a batch:
/// other acknowledgements show meanwhile that its node lives.
///
/// No thread safety: one owner.
class delivery_tracker {
public:
  static constexpr duration patience = std::chrono::seconds{2};
  /// A peer that does not acknowledge a multicast within this time is served by TCP.
  static constexpr duration hearing_patience = std::chrono::milliseconds{200};
  static constexpr duration give_up = std::chrono::seconds{30};

  /// Serves these by TCP from now on. After `failures_max` targets of one half that cannot be
  /// reached, one after the other, the rest of that half is given up.
  void serve(const std::vector<assignment>& all, time_point now,
             std::size_t failures_max = std::numeric_limits<std::size_t>::max());

  /// These peers should have heard the batch by multicast.
  void await_hearers(std::vector<net_id> hearers, time_point now);

  /// A target has the batch, and so has its half.
  void acknowledged(const net_id& by);

  /// A peer has the batch by multicast. That says nothing of a half that it is to serve by TCP.
  void heard(const net_id& by);

  /// A target cannot be reached. Gives the hop that is to be sent in its place, if any.
  [[nodiscard]] std::optional<assignment> unreachable(const net_id& target, time_point now);

  struct overdue_work {
    std::vector<assignment> send;  ///< now, by TCP
    std::vector<net_id> unheard;   ///< to be served by TCP: they did not hear the multicast
    std::vector<net_id> given_up;  ///< nothing was heard of them for too long
  };

  /// The work that is due by now, each piece once.
  /// @param heard when some peers last acknowledged any batch
  [[nodiscard]] overdue_work overdue(time_point now, const std::map<net_id, time_point>& heard);

  /// Whether all peers have acknowledged or are given up.
  [[nodiscard]] bool done() const noexcept { return open_.empty() && hearers_.empty(); }

  /// The number of peers that this node served and gave up, with the rest of their halves.
  [[nodiscard]] std::size_t undelivered() const noexcept { return undelivered_; }

private:
  struct hop {
    std::vector<net_id> rest;
    std::size_t failures_left;
    time_point begun{};
    duration wait{};
    time_point due{};
  };

  void serve(const assignment& to, std::size_t failures_left, time_point now);

  std::map<net_id, hop> open_;  // by target
  std::set<net_id> hearers_;
  time_point hearing_due_{};
  std::size_t undelivered_ = 0;
};

}  // namespace scalesmall
