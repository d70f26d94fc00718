#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
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

/// The part of a peer table that survives a crash of its owner.
struct peer_memory {
  std::vector<net_id> known{};    ///< ascending
  std::vector<net_id> reached{};  ///< ascending; all of them are known
  std::vector<net_id> named{};    ///< by this node's own program or configuration; likewise

  friend bool operator==(const peer_memory&, const peer_memory&) = default;
};

/// Numbers for the next hops, and what their envelopes say of other nodes.
struct hop_ids {
  broadcast_id first;  ///< the first of the consecutive numbers asked for
  std::vector<broadcast_id> seen_ids;
  std::vector<silence> silent = {};  ///< filled in by the caller, from peer_table::silent()
};

/// The known peers, with their reachability and the multicasts that they hear. Also gives out the
/// sequence numbers of this node's hops: other nodes list the newest number that they have heard.
///
/// Hearing: a peer hears us if the newest of our numbers that it lists is among our last
/// hearing_window multicasts.
///
/// Reachability: a peer whose connection failed is left out of broadcasts. It is tried again after
/// 1 s, with exponential back-off, until no node has heard of it for so long that it is forgotten.
/// A seed is tried for ever.
/// - The longest wait follows the number of peers: all nodes of a cluster together try a dead peer
///   retries_per_second times a second, and none of them waits longer than retry_last. So a small
///   cluster heals as fast as a large one.
/// - A wait counts from the begin of the attempt, since an attempt to which nobody answers takes as
///   long as a wait.
/// - A retry is due at once if another node has heard of the peer since the last attempt began.
/// - If one peer is back, the retries of all others are due at once, since they were probably cut
///   off together.
///
/// Silence: a gossip that carries evidence() says for how long its sender has not heard of the
/// members that it names, by row, by clock or by a digest on which both sides agree. So a live peer
/// is heard of by all although few meet it, and nodes that tell each other of a dead peer do not
/// keep it alive. An age only grows on its way, so no node believes a peer to be younger than it
/// is.
///
/// Forgetting: the nodes tell each other their own settings, and each goes by the longest of a peer
/// that it knows. So nodes with different settings forget alike. Below shortest_forget() a peer
/// that was ever heard of is not forgotten, because news of it may take that long. A forgotten peer
/// comes back if it was heard of after the time at which this node heard of it last.
///
/// Strangers are peers that this node never reached. Anyone can invent any number of them, so:
/// - Peers that were once reached get exchanges more often than strangers.
/// - If there are more strangers than strangers_max_, broadcasts serve them apart from the reached
///   peers, and only a random sample of them.
/// - strangers_max_ doubles when a stranger is reached, and shrinks by an eighth when one is not.
///
/// Not thread-safe: one owner.
class peer_table {
public:
  /// A peer hears us if it lists one of this many of our last multicasts.
  static constexpr std::size_t hearing_window = 64;
  /// Seen ids that an ordinary gossip lists; few, so that it stays small in a large network.
  static constexpr std::size_t seen_ids_per_broadcast = 8;
  /// Seen ids that a hearing report lists; as many as fit one datagram.
  static constexpr std::size_t seen_ids_per_report = 100;
  static constexpr std::chrono::seconds retry_first{1};
  static constexpr std::chrono::seconds retry_last{60};
  static constexpr std::size_t retries_per_second = 4;
  /// Shortest time from a failure to the next attempt: until then the connection that failed may
  /// still answer for the peer.
  static constexpr std::chrono::milliseconds retry_rest{200};
  /// Shortest time between two occasions on which all retries are due at once.
  static constexpr std::chrono::seconds hastening_period{5};
  static constexpr std::chrono::seconds exchange_period{1};
  /// Exchanges begin at multiples of this on the machine's steady clock, so that all nodes of a
  /// machine wake it up together.
  using exchange_slot = std::chrono::duration<std::int64_t, std::ratio<1, 10>>;

  /// Nodes that begin an exchange with a newcomer heard by multicast, on average.
  static constexpr double tellers = 3;
  /// Shortest time between two hearing reports.
  static constexpr std::chrono::seconds report_period{1};
  /// Most hearing reports after the start of this node.
  static constexpr std::size_t first_reports_max = 4;
  /// More overheard peers than this at the start of this node mean that a whole cluster starts.
  static constexpr std::size_t overheard_max = 16;
  /// Between two rotations of the hearing reports (see neighbourhoods).
  static constexpr std::chrono::minutes neighbourhood_period{10};
  /// Exchanges go to so many partners, so that connections are used again. Every partner_period
  /// another random peer replaces one of them.
  static constexpr std::size_t partners_max = 3;
  static constexpr std::chrono::seconds partner_period{10};
  /// Most unreachable peers that are tried at once; more follow after retry_pause.
  static constexpr std::size_t retries_at_once = 8;
  /// Initial value and lower bound of strangers_max_.
  static constexpr std::size_t strangers_first = 1'024;
  static constexpr std::size_t strangers_min = 16;
  static constexpr std::chrono::milliseconds retry_pause{100};
  static constexpr std::chrono::hours forget_default{24};
  /// Longest setting that is believed of another node, unless this node's own is longer.
  static constexpr std::chrono::hours forget_told_max{24 * 366};
  /// Evidence for all members is sent so many times within the time after which a silence is told,
  /// but less often if the list is long.
  static constexpr int evidence_per_silence = 8;
  static constexpr std::chrono::microseconds evidence_per_entry{500};
  /// Shortest time between two answers to requests of nodes that know of too few.
  static constexpr std::chrono::milliseconds reply_pause{100};
  /// Most forgotten peers of which the time is remembered.
  static constexpr std::size_t forgotten_max = 20'000;

  /// @param before      what the table of a crashed owner remembered, or nothing
  /// @param next_seqno  greater than every number that this node ever used
  /// @param forget      a peer that no node has heard of for so long is forgotten; another node may
  ///                    ask for longer
  peer_table(const net_id& self, const peer_memory& before, std::uint64_t next_seqno,
             time_point now, rng random, duration forget = forget_default);

  /// Remembers these peers. Ignores this node itself, addresses that no peer can have
  /// (is_connectable), and all above limits::peers_max.
  void learn(std::span<const net_id> peers, time_point now);

  enum class contact_as : bool { peer, seed };

  /// Remembers these peers and makes them due at once: seeds, or the peers that a join names.
  void contact(std::span<const net_id> peers, time_point now, contact_as what = contact_as::peer);

  /// Makes those of these peers that are known due at once. They are no seeds.
  void call_on(std::span<const net_id> peers, time_point now);

  /// These are seeds no longer, unless a name has them. One that was never heard of is dropped.
  void drop_seeds(std::span<const net_id> peers);

  /// These are now the addresses of a name that the configuration has. They are seeds; those that
  /// the name had before, and no name or seed of the configuration has any more, are seeds no
  /// longer. An address that was never heard of is then dropped.
  void name_has(std::size_t name, std::span<const net_id> addresses, time_point now);

  /// The consequences of an arrived gossip.
  struct heard {
    /// Begin an exchange with the sender, which is new here or takes live members for silent.
    bool exchange = false;
    /// Multicast a hearing report: a peer that this node hears served it by TCP without need.
    bool report = false;
    /// Members in the gossip that no node has heard of for so long that they are to be forgotten.
    std::vector<net_id> long_dead = {};
    /// Members that were forgotten and turn out to be alive.
    std::vector<net_id> revived = {};
  };

  /// Takes the envelope of a gossip. Ignores a gossip of this node itself.
  /// @param agreed  members that the sender knows although the gossip does not name them, because
  ///                both sides agree on its digest; ascending
  heard note(const gossip& arrived, arrival_path path, time_point now,
             std::span<const net_id> agreed = {});

  /// This node did nothing for so long, so that it could not hear of anybody.
  void slept(duration time);

  /// The peer said hello on a connection. So it exists, and can be reached again even if it has
  /// nothing else to say.
  void reached(const net_id& peer, time_point now);

  /// A connection to the peer broke or could not be made.
  void unreachable(const net_id& peer, time_point now);

  /// From now on these peers, ascending, may be unreachable. Broadcasts serve them apart from the
  /// others, so that nobody waits for them as relays.
  void doubt(std::vector<net_id> peers) { doubtful_ = std::move(peers); }

  using hop_ids = scalesmall::hop_ids;

  /// Takes `count` numbers.
  /// @param multicast  the hops will be multicast, so their numbers enter the hearing window
  /// @param seen_max   most seen ids to list; different ones each time, in rotation
  /// @param to         list the id of this peer first
  hop_ids take_ids(std::size_t count, bool multicast, std::size_t seen_max,
                   const std::optional<net_id>& to = {});

  /// The peers to serve by TCP.
  struct recipients {
    /// Units of peers that hear each other.
    std::vector<multicast_unit> familiar;
    /// Units of peers that were never reached, if they are too many to be served in the halves of
    /// familiar ones; and of doubtful ones. The two lists are relayed separately.
    std::vector<multicast_unit> strangers;
    /// A random peer among those that hear us. This node must serve it itself: a relay may be in
    /// another subnet, from where the broadcast would come back to this one.
    std::optional<net_id> put_back;
    /// Peers that were asked for but cannot be reached; only with unreachable_peers::left_out.
    std::vector<net_id> left_out = {};
  };
  enum class unreachable_peers : bool { served, left_out };

  /// Selects the peers to serve by TCP:
  /// 1. Begin with `asked` or, if it is nothing, with every peer that can be reached.
  /// 2. With unreachable_peers::left_out drop the peers of `asked` that cannot be reached.
  /// 3. With `multicast` drop the peers that hear us. Put back a random one of them, since UDP is
  ///    not reliable. The probability of this is their share of all peers.
  /// 4. With `multicast`, without `asked` and in this node's first exchange_period drop the peers
  ///    that it knows only by their multicasts, if they are more than overheard_max. During a mass
  ///    start no node knows yet which others hear it, so every node would serve every other one.
  ///    Most of these peers hear us; exchanges reach the rest.
  /// 5. If there are too many strangers, keep a random sample of them; but keep all with
  ///    unreachable_peers::left_out, since exchanges do not repeat what is sent so.
  recipients serve_by_tcp(const std::optional<std::vector<net_id>>& asked, bool multicast,
                          time_point now, unreachable_peers dead = unreachable_peers::served);

  /// True if this node has lately heard that peer's multicast.
  [[nodiscard]] bool hears(const net_id& peer) const;

  /// The peers that have been silent long enough for gossips with their rows to say so, ascending.
  [[nodiscard]] std::vector<silence> silent(time_point now) const;

  /// silent() and, for this node itself, own_forget_time(): the sign that all members that a gossip
  /// names are silent for a 24th of that time at most, or are listed here. Ascending.
  [[nodiscard]] std::vector<silence> evidence(time_point now) const;

  /// What a request of an exchange with this peer tells: evidence, now and then; otherwise
  /// own_forget_time(), as if the peer itself were silent.
  [[nodiscard]] std::vector<silence> silent_in_request(const net_id& peer, time_point now);

  /// After how long without a word this node would forget a peer by its own setting.
  [[nodiscard]] duration own_forget_time() const;

  /// After how long without a word a peer is forgotten.
  [[nodiscard]] duration forget_time() const;

  /// Less than this would forget live peers: 20 s, and 5 s for each doubling of this many peers.
  [[nodiscard]] static duration shortest_forget(std::size_t peers);

  /// Drops and returns the peers that no node has heard of for too long. Seeds are returned, too,
  /// but stay known.
  std::vector<net_id> forget(time_point now);

  /// Number of hearing reports to multicast now. Non-zero at most once, one exchange_period after
  /// the start. So in a mass start each node knows its hearers before the first change.
  std::size_t reports_due(time_point now);

  /// Peers to begin an exchange with now: a partner every exchange_period, and the peers whose
  /// retry is due.
  std::vector<net_id> due(time_point now);

  /// The next point in time at which due() returns a peer.
  [[nodiscard]] time_point next_due() const;

  [[nodiscard]] bool knows(const net_id& peer) const { return find(peer) != nullptr; }

  /// All peers, ascending, without this node.
  [[nodiscard]] std::vector<net_id> known() const;

  /// The seeds, and the peers that a join named; ascending.
  [[nodiscard]] std::vector<net_id> seeds() const;

  /// The state from which a later table continues.
  [[nodiscard]] peer_memory memory() const;

  /// Grows whenever memory() changes.
  [[nodiscard]] std::uint64_t memory_version() const noexcept { return memory_version_; }

  /// Somebody has answered a request that plan_exchanges() began.
  void answered() noexcept { was_answered_ = true; }

  /// Whether that has happened since this object was made.
  [[nodiscard]] bool was_answered() const noexcept { return was_answered_; }

  /// The number of the next hop.
  [[nodiscard]] std::uint64_t next_seqno() const noexcept { return next_seqno_; }

private:
  struct peer {
    net_id id;
    std::uint32_t failures = 0;  // since this node last heard from it
    bool tried_again = false;    // since the last failure
    bool is_seed = false;
    bool reached = false;            // it answered on a connection, at any time
    bool named = false;              // as a seed, or by a join
    bool overheard = false;          // first known by its own multicast
    bool heard = false;              // by any node, as far as is known here
    std::uint32_t names = 0;         // of the configuration that have this address
    std::uint32_t forget_told = 0;   // the setting of the peer in seconds; 0: not known
    std::uint64_t newest_seqno = 0;  // of its numbers, however this node learned of it
    std::uint64_t heard_seqno = 0;   // newest of its numbers that came by multicast
    std::uint64_t told_seqno = 0;    // newest of its numbers listed by multicast or to itself
    std::uint64_t listed_seqno = 0;  // newest of our numbers that it listed
    time_point heard_at{};           // when any node last heard of it, as far as is known here
    time_point tried_at{};           // when it was due last
    time_point attempt_begun_at{};   // when it was due first since the last failure
    time_point failed_at{};          // when an attempt was last reported to fail
    time_point evidence_at{};        // when its retry was last hastened
    time_point retry_at{};           // key of its entry in retries_, if it has one
  };

  [[nodiscard]] const peer* find(const net_id& id) const;
  peer* find(const net_id& id);
  peer* add(const net_id& id, time_point heard_at);
  [[nodiscard]] bool tells_newcomers(time_point now);
  void note_members(const gossip& arrived, std::span<const net_id> agreed, time_point now,
                    heard& asks);
  bool knows_better(const gossip& request, time_point now);
  void note_forget(peer& sender, std::uint32_t seconds);
  bool stays_forgotten(const net_id& member, time_point heard_at, heard& asks);
  void remember_forgotten(const peer& x, time_point now);
  [[nodiscard]] bool is_seed(const peer& x) const { return x.is_seed || x.names > 0; }
  [[nodiscard]] duration told_after() const { return own_forget_time() / 24; }
  [[nodiscard]] bool hears_us(const peer& x) const;
  [[nodiscard]] std::optional<net_id> partner(time_point now);
  void keep_random_sample(std::vector<net_id>& strangers);
  void schedule_exchange(time_point now);
  void schedule(peer& x, time_point at);
  [[nodiscard]] duration retry_wait(const peer& x);
  void unschedule(const peer& x);
  void drop_unless_known(const peer& x);
  void hasten_retry(peer& x, time_point now);
  void hasten_all(time_point now);
  void end_failures(peer& x, time_point now);

  net_id self_;
  std::vector<peer> peers_;       // ascending by id
  std::vector<net_id> doubtful_;  // ascending
  std::size_t strangers_max_ = strangers_first;
  std::uint64_t next_seqno_;
  duration forget_;
  duration forget_told_{};  // the longest of a known peer
  time_point next_evidence_{};
  time_point next_reply_{};
  std::map<net_id, time_point> forgotten_;  // when it was last heard of
  std::map<std::size_t, std::vector<net_id>> named_;
  std::deque<std::uint64_t> multicasts_;  // our last hearing_window numbers that were multicast
  neighbourhoods neighbourhoods_;
  net_id last_told_;                                 // where the rotation of seen ids goes on
  std::set<std::pair<time_point, net_id>> retries_;  // when to try which peer
  std::deque<net_id> partners_;                      // the oldest first
  time_point retries_from_{};
  time_point next_hastening_{};
  time_point next_partner_;
  time_point settled_at_;
  time_point next_exchange_{};
  time_point next_report_;
  bool reported_ = false;
  time_point next_rotation_;
  std::uint64_t memory_version_ = 0;
  bool was_answered_ = false;
  rng random_;
};

}  // namespace scalesmall
