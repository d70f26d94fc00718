#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <scalesmall/time.hpp>
#include <set>
#include <span>
#include <vector>

#include "actors/peers/arrival_path.hpp"
#include "messages/gossip.hpp"
#include "messages/limits.hpp"
#include "net/planning/broadcast_plan.hpp"
#include "net/planning/neighbourhoods.hpp"
#include "net/rng.hpp"

namespace scalesmall {

/// What a peer table leaves to the next: ascending, and all that were reached are known.
struct peer_memory {
  std::vector<net_id> known{};
  std::vector<net_id> reached{};

  friend bool operator==(const peer_memory&, const peer_memory&) = default;
};

/// Numbers for the next hops, with what to say of others in them.
struct hop_ids {
  broadcast_id first;  ///< the first of `count` numbers that follow each other
  std::vector<broadcast_id> seen_ids;
  std::vector<silence> silent = {};  ///< only as silent() fills it in
};

/// Knows the peers: who can be reached, who hears whose multicast, and the sequence numbers by
/// which that is told.
///
/// A peer hears us while the newest of our numbers that it lists is one of our last hearing_window
/// multicasts. A peer that cannot be reached is left out of broadcasts and tried again after 1 s,
/// doubling to 60 s, until it has not been heard of for so long that it is forgotten; a seed for
/// ever. Anybody can invent peers. So those that this node has once reached are compared with more
/// often than the others, the strangers; and while there are more of these than turn out to be
/// there, they are served first and apart, and only some of the strangers at a time.
///
/// "Heard of" spreads: who passes on the row of a member says for how long it has been silent, so
/// that nobody keeps a dead peer alive by telling another of it.
///
/// No thread safety: one owner.
class peer_table {
public:
  static constexpr std::size_t hearing_window = 64;  ///< multicasts of ours
  static constexpr std::size_t seen_ids_per_broadcast =
      8;  ///< so that a gossip stays small in a large network
  static constexpr std::size_t seen_ids_per_report = 100;  ///< what fits one datagram
  static constexpr std::chrono::seconds retry_first{1};
  static constexpr std::chrono::seconds retry_last{60};
  static constexpr std::chrono::seconds exchange_period{1};
  /// Exchanges begin at multiples of this, by the clock that all processes of a machine share: so
  /// that its nodes wake it up together.
  using exchange_slot = std::chrono::duration<std::int64_t, std::ratio<1, 10>>;

  /// How many nodes turn to a newcomer that is heard by multicast, on average.
  static constexpr double tellers = 3;
  static constexpr std::chrono::seconds report_period{
      1};  ///< at most one hearing report in this time
  static constexpr std::size_t first_reports_max = 4;
  static constexpr std::size_t overheard_max = 16;  ///< more of these are many
  static constexpr std::chrono::minutes neighbourhood_period{10};
  /// Peers are compared with in turn, so that connections are used again; one of them is replaced
  /// by another random peer each partner_period.
  static constexpr std::size_t partners_max = 3;
  static constexpr std::chrono::seconds partner_period{10};
  /// At most so many silent peers are tried at once, then again after a pause.
  static constexpr std::size_t retries_at_once = 8;
  /// So many peers that were never reached are served by a broadcast, at first and at least. One
  /// that turns out to be there doubles how many are, one that is not takes an eighth.
  static constexpr std::size_t strangers_first = 1'024;
  static constexpr std::size_t strangers_min = 16;
  static constexpr std::chrono::milliseconds retry_pause{100};
  static constexpr std::chrono::hours forget_default{24};

  /// @param before      of the owner for which this one goes on
  /// @param next_seqno  greater than any that this node ever used
  /// @param forget      for how long a peer must not be heard of to be forgotten
  peer_table(const net_id& self, const peer_memory& before, std::uint64_t next_seqno, moment now,
             rng random, moment forget = forget_default);

  /// Remembers these as peers; this node itself and those over limits::peers_max are passed over.
  void learn(std::span<const net_id> peers, moment now);

  enum class contact_as : bool { peer, seed };

  /// Remembers these and makes them due at once: seeds, and the peers that a join names.
  void contact(std::span<const net_id> peers, moment now, contact_as what = contact_as::peer);

  /// What an arrived gossip asks for.
  struct heard {
    bool exchange =
        false;  ///< begin an exchange with its sender, who is new here and may know others
    bool report =
        false;  ///< multicast what this node hears, for somebody serves it by TCP who need not
    std::vector<net_id> long_dead = {};  ///< members that nobody has heard of for too long
  };

  /// Takes what the envelope says. The gossip of this node itself is not for it.
  heard note(const gossip& arrived, arrival_path path, moment now);

  /// A connection to the peer stands: it is not merely told of.
  void reached(const net_id& peer);

  /// A connection to the peer could not be made or broke.
  void unreachable(const net_id& peer, moment now);

  using hop_ids = scalesmall::hop_ids;

  /// Takes `count` numbers. `multicast`: they will be multicast, so they begin to count for the
  /// hearing window.
  hop_ids take_ids(std::size_t count, bool multicast, std::size_t seen_max,
                   const std::optional<net_id>& to = {});

  /// Whom to serve by TCP.
  struct recipients {
    std::vector<multicast_unit>
        units;                 ///< by halves; strangers come last, if they are served apart
    std::size_t familiar = 0;  ///< how many come before them, for halves of their own
    /// By this node itself: on the list of a relay, that could be one of another subnet, and what
    /// has gone there would come back.
    std::optional<net_id> put_back;
    /// Asked for, but they cannot be reached now; only if they are to be left out.
    std::vector<net_id> left_out = {};
  };
  enum class unreachable_peers : bool { served, left_out };

  /// Of those asked for (none: every peer that can be reached). With `multicast` those known to
  /// hear us are taken off and one random peer is put back, since UDP is not reliable. In the first
  /// exchange_period of this node so are, of those that are not asked for, the ones it has merely
  /// overheard, if they are many: they most likely hear it too, and exchanges tell those that do
  /// not. Else of a cluster that starts at once each node would serve each other. Of strangers who
  /// are served apart only some are, unless the unreachable are left out: what is sent so, nothing
  /// else brings.
  recipients serve_by_tcp(const std::optional<std::vector<net_id>>& asked, bool multicast,
                          moment now, unreachable_peers dead = unreachable_peers::served);

  /// Whether this node has lately heard that peer's multicast.
  [[nodiscard]] bool hears(const net_id& peer) const;

  /// Peers that have not been heard of for long enough to be told with their rows, ascending.
  [[nodiscard]] std::vector<silence> silent(moment now) const;

  /// Drops the peers that have not been heard of for too long, and gives them back. Seeds stay.
  std::vector<net_id> forget(moment now);

  /// How many reports of whom this node hears it should multicast now: once, when it no longer has
  /// just begun, so that of a cluster that starts at once each knows who hears it before the first
  /// change.
  std::size_t reports_due(moment now);

  /// Peers to begin an exchange with now: one of the partners each exchange_period, and those whose
  /// retry is due.
  std::vector<net_id> due(moment now);

  /// When due() has something again.
  [[nodiscard]] moment next_due() const;

  [[nodiscard]] bool knows(const net_id& peer) const { return find(peer) != nullptr; }

  /// All peers, ascending, without this node.
  [[nodiscard]] std::vector<net_id> known() const;

  /// Whom the next owner of such a table should know, and whom not take for a stranger.
  [[nodiscard]] peer_memory memory() const;

  /// Grows whenever memory() changes.
  [[nodiscard]] std::uint64_t memory_version() const noexcept { return memory_version_; }

  /// The number that the next broadcast will have.
  [[nodiscard]] std::uint64_t next_seqno() const noexcept { return next_seqno_; }

private:
  struct peer {
    net_id id;
    std::uint32_t failures = 0;  // since it was last reached or heard of directly
    bool tried = false;          // since the last failure
    bool is_seed = false;
    bool reached = false;        // ever
    bool overheard = false;      // by multicast, and not told of before
    std::uint64_t newest = 0;    // of its numbers, however it was heard of
    std::uint64_t heard = 0;     // newest of its numbers that came by multicast
    std::uint64_t told = 0;      // newest of its numbers that we told by multicast, or itself
    std::uint64_t hears_us = 0;  // newest of our numbers that it listed
    moment heard_at{};           // by anybody, as far as this node was told
    moment retry_at{};           // key of its entry in retries_, if it has one
  };

  [[nodiscard]] const peer* find(const net_id& id) const;
  peer* find(const net_id& id);
  peer* add(const net_id& id, moment heard_at);
  [[nodiscard]] bool tells_newcomers(moment now);
  void note_members(const gossip& arrived, moment now, heard& asks);
  [[nodiscard]] moment told_after() const { return forget_ / 24; }
  [[nodiscard]] bool hears_us(const peer& x) const;
  [[nodiscard]] std::optional<net_id> partner(moment now);
  void take_some(std::vector<net_id>& strangers);
  void schedule_exchange(moment now);
  void schedule(peer& x, moment at);
  void schedule_retry(peer& x, moment now);
  void unschedule(const peer& x);

  net_id self_;
  std::vector<peer> peers_;  // ascending by id
  std::size_t strangers_max_ = strangers_first;
  std::uint64_t next_seqno_;
  moment forget_;
  std::deque<std::uint64_t>
      multicasts_;  // the last hearing_window of our numbers that were multicast
  neighbourhoods neighbourhoods_;
  net_id last_told_;                             // where the rotation of seen ids goes on
  std::set<std::pair<moment, net_id>> retries_;  // who is to be tried when
  std::deque<net_id> partners_;                  // the oldest first
  moment retries_from_{};
  moment next_partner_;
  moment settled_at_;
  moment next_exchange_{};
  moment next_report_;
  bool reported_ = false;
  moment next_rotation_;
  std::uint64_t memory_version_ = 0;
  rng random_;
};

}  // namespace scalesmall
