#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <scalesmall/net_id.hpp>
#include <scalesmall/time.hpp>
#include <vector>

#include "actors/liveness/local_health.hpp"
#include "actors/liveness/signs_of_life.hpp"
#include "actors/liveness/verdict.hpp"
#include "actors/liveness/watch.hpp"
#include "actors/liveness/watch_rings.hpp"
#include "actors/topology/topology.hpp"
#include "net/rng.hpp"

namespace scalesmall {

/// The rings of the newest members, so that nodes on one machine, or simulated ones, need not each
/// compute the same.
///
/// Not thread-safe.
class rings_cache {
public:
  using rings_ptr = std::shared_ptr<const watch_rings>;

  [[nodiscard]] rings_ptr of(const group_state& group);

private:
  std::uint64_t members_hash_ = 0;
  rings_ptr newest_ = std::make_shared<const watch_rings>();
};

/// One node's part in the detection of failures: it watches some members, states in its row of the
/// liveness group those that it cannot reach, and judges all members by the rows of all.
///
/// It has no state that must survive: its statements are in its row, from which it goes on, and the
/// verdict follows from the rows. Only while and shortly after the cluster is parted does the
/// verdict depend on what this core saw before, too (see reservations): for distrust_for after a
/// member has returned it does not count as a watcher, and what the core of the cluster states does
/// not count at a node that is cut off from it, or was.
///
/// Not thread-safe.
class liveness_core {
public:
  /// Between two verdicts, so that many statements at a time cost little.
  static constexpr std::chrono::milliseconds verdict_pause{50};
  /// What a member states does not count before it was reachable for so long.
  static constexpr std::chrono::seconds distrust_for{5};
  /// A node that was cut off from the core for longer than this does not take over what the core
  /// states of others before distrust_for after that. A shorter while is one in which the others
  /// have not stated yet those that have died.
  static constexpr std::chrono::milliseconds cut_off_min{2'500};
  /// Where so many probes of the members that answer at times are lost, no silence shows that this
  /// node is cut off.
  static constexpr double lossy_min = 0.5;
  /// An answer to a call is waited for so long.
  static constexpr std::chrono::seconds call_patience{1};
  /// More members than this, refused within refusals_for, mean that the reason may be near.
  static constexpr std::size_t refusals_max = 2;
  static constexpr std::chrono::seconds refusals_for{10};

  struct settings {
    net_id self;
    watch_settings watching = {};
    std::shared_ptr<rings_cache> rings = std::make_shared<rings_cache>();
  };

  liveness_core(settings how, time_point now, rng random);

  // -- what happens

  /// A gossip of that node arrived by TCP.
  void heard(const net_id& from, time_point now);
  void answered(const net_id& target, time_point now);
  void refused(const net_id& target, time_point now);
  /// A connection to it ended, or could not be made for another reason than refusal.
  void disconnected(const net_id& target, time_point now);

  /// The program says whether it is well. A node that is not states itself.
  void set_well(bool yes) noexcept { well_ = yes; }

  /// How a node stops: it states itself, so that the others know at once; or it says nothing more,
  /// since it leaves the group.
  enum class farewell : bool { states_itself, says_nothing };

  /// This node stops: from now on it neither joins nor probes.
  void retire(farewell how) noexcept;

  /// A claim of this node in the liveness group, to be made or taken back.
  struct claim {
    std::uint32_t key;
    std::uint16_t port;

    friend bool operator==(const claim&, const claim&) = default;
  };

  struct work {
    bool join = false;  ///< the liveness group
    std::vector<net_id> probes = {};
    std::vector<claim> add = {};
    std::vector<claim> remove = {};
    /// Whether standing() has changed.
    bool judged = false;
  };

  /// What is to be done now. To be called at next_due(), and after the liveness group has changed.
  /// @param boot see local_health
  [[nodiscard]] work due(const topology& t, time_point now, time_point boot);

  [[nodiscard]] time_point next_due() const noexcept { return next_due_; }

  /// Whether the topology has a liveness group that is newer than what was judged.
  [[nodiscard]] bool is_news(const topology& t) const;

  /// The newest verdict.
  [[nodiscard]] const verdict& standing() const noexcept { return verdict_; }

  /// Whether this node hears nobody. No verdict of such a node is worth much.
  [[nodiscard]] bool is_isolated(time_point now) const;

  /// The members that it watches, ascending, and whether an answer of one is to be told at once:
  /// because something depends on it. All other signs of life may wait until next_due().
  [[nodiscard]] std::vector<expected_sign> expected() const;

  [[nodiscard]] std::uint64_t absences() const noexcept { return absences_; }
  /// How many statements have been met that no verdict rests on; see ignored_statements.
  [[nodiscard]] std::uint64_t ignored() const noexcept { return ignored_; }
  [[nodiscard]] bool watches(const net_id& member) const { return edges_.contains(member); }

private:
  struct edge {
    watch how;
    std::uint32_t incarnation = 0;
    unsigned observers = 1;  // that it takes to hide the member
    bool hidden = false;     // as a watcher
    bool unreachable = false;
  };

  bool refresh(const group_state& group, time_point now);
  void follow(const group_state& group, time_point now);
  void note_since(time_point now);
  void note_distrust(time_point now);
  /// The members that are silent as this node sees it, ascending; see opposed_core.
  [[nodiscard]] std::vector<net_id> silent(time_point now) const;
  void note_core(std::vector<net_id> opposed, time_point now);
  void judge_edges(time_point now);
  /// The part of the probes of other members than this one that is lost.
  struct loss {
    double of_others;
    double of_answering;  ///< without those that answered none of their newest probes
  };
  [[nodiscard]] loss loss_but_of(const net_id& but, time_point now) const;
  void compare(const group_state& group, std::uint32_t incarnation, time_point now, work& into);
  void plan_next(time_point now);
  void hasten(const edge& x);
  edge* find(const net_id& member);

  settings settings_;
  rng random_;
  local_health health_;
  rings_cache::rings_ptr rings_;
  std::map<net_id, edge> edges_;
  verdict verdict_;
  std::map<net_id, time_point> since_;
  std::map<net_id, time_point> distrusted_;  // until when
  std::vector<net_id> core_;                 // from which this node is cut off, or was until lately
  time_point core_since_{};
  std::optional<time_point> core_until_;     // nothing: it is still cut off
  std::optional<time_point> trouble_since_;  // of members that are unreachable because it lasted
  std::map<net_id, time_point> refused_;     // lately
  struct call {
    std::optional<std::uint16_t> port;
    time_point at;
  };
  std::map<std::uint32_t, call> asked_;  // by key
  std::optional<time_point> join_asked_;
  std::uint64_t seen_version_ = 0;
  time_point judged_at_{};
  bool dirty_ = false;
  bool heard_others_ = true;  // when probes were last sent
  bool well_ = true;
  std::optional<farewell> retired_;
  std::uint64_t absences_ = 0;
  std::size_t ignored_now_ = 0;  // in the rows
  std::uint64_t ignored_ = 0;
  time_point next_due_;
};

}  // namespace scalesmall
