#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <scalesmall/item.hpp>
#include <scalesmall/net_id.hpp>
#include <scalesmall/plain_frames.hpp>
#include <string>
#include <vector>

namespace scalesmall {

/// What becomes of the claims of a node that stops.
enum class claims_at_stop : bool {
  kept,  ///< The node stays a member, for a restart. The others mark it as unreachable at once, if
         ///< it takes part in the detection of failures.
  left,  ///< The node leaves all groups first.
};

/// The settings of a node. The defaults suit a single node on this machine.
struct node_config {
  /// Where to listen, and the identity of the node. The other nodes must be able to reach the
  /// address. Port 0 takes any free one.
  net_id listen{ip_address::v4(127, 0, 0, 1), 29999};

  /// Whether changes travel by multicast, too. Multicast is faster; everything works without it.
  bool multicast = true;
  net_id multicast_group{ip_address::v4(224, 1, 1, 1), 29999};
  int multicast_ttl = 4;  ///< routers that a datagram may pass, 0..255

  /// Seeds: nodes to join by. Each is asked again and again until it answers.
  std::vector<net_id> peers;

  /// Seeds by name. All addresses of a name are seeds. A name is looked up again and again, because
  /// its addresses may change.
  struct named_peer {
    std::string host;
    std::uint16_t port = 0;

    friend bool operator==(const named_peer&, const named_peer&) = default;
  };
  std::vector<named_peer> named_peers;

  /// The name of the cluster. Nodes of different clusters do not talk to each other. Without keys
  /// (node_environment::keys) this protects against mistakes only, not against attackers.
  std::string cluster;

  /// Whether a node with a primary key takes plain frames, too. Only for the time in which a
  /// cluster changes over: everybody who can reach the node can then change what it knows.
  plain_frames plain = plain_frames::refused;

  /// How long opening a connection may take. Longer suits slow networks; shorter means that a dead
  /// relay is replaced sooner.
  std::chrono::milliseconds connect_timeout{2'000};
  /// A node closes a connection that it has accepted after this time without a whole frame.
  std::chrono::milliseconds incoming_idle{60'000};
  /// A node closes a connection that it has opened after this time without a frame to send. Less
  /// than incoming_idle, so that a frame hardly ever meets a closing connection.
  std::chrono::milliseconds outgoing_idle{55'000};

  /// Changes within this time of the last announcement are announced together. More means fewer
  /// and later announcements.
  std::chrono::milliseconds announcement_window{2};

  /// How long a removal is remembered (as a tombstone). A node that was cut off for longer may
  /// bring back, by a delta, what was removed meanwhile. More costs memory only.
  std::chrono::milliseconds grace = std::chrono::minutes{10};

  /// A node that nobody has heard of for so long is forgotten, with all its claims: a node that
  /// died without leaving is a member until then. At least one second; nodes wait longer if
  /// their number needs it, 20 s and 5 s for each doubling of the peers. This is housekeeping, no
  /// failure detector: a node that is cut off for longer loses its place with all others.
  std::chrono::milliseconds forget = std::chrono::hours{24};

  /// How far the clocks of two nodes may be apart. A sealed frame says when it was sealed; a node
  /// refuses one that seems to come from further ahead, or from before the node's start. More lets
  /// an outsider repeat older frames to a node that has just started.
  std::chrono::milliseconds clock_skew = std::chrono::seconds{30};

  /// What node::stop does with the claims of this node.
  claims_at_stop on_stop = claims_at_stop::kept;

  /// Where this node keeps what its next life needs: its incarnation, its peers, and the groups and
  /// claims that it was asked to keep. It is made if it does not exist; one process uses it at a
  /// time. Empty: nothing outlives the process. See docs/state.md.
  std::string state_directory;

  /// A claim to serve that this node makes whenever it starts, before it says anything.
  struct fixed_claim {
    std::string group;
    key_range range;
    std::uint16_t port = 0;

    friend bool operator==(const fixed_claim&, const fixed_claim&) = default;
  };
  std::vector<fixed_claim> items;

  /// Whether this node takes part in the detection of failures: it watches some other nodes that
  /// do, is watched by some, and leaves members that are unreachable out of owners and coverage.
  /// See docs/liveness.md.
  bool liveness = true;
  /// How long after a node ends without a word it counts as silent, 250 ms to 10 minutes; up to
  /// four tenths of it later, as it happens just before or just after a tick. The same at all
  /// nodes, or each judges those that it watches by its own.
  std::chrono::milliseconds unreachable_after{2'500};

  /// The longest program message that this node sends, in bytes; 1..limits::message_bytes_max. A
  /// long message that is lost on the way costs more to send again.
  std::size_t message_bytes_max = 1024 * 1024;

  /// Requests to one actor of owner_actors that may be without an answer; 1..100,000. For one more,
  /// the oldest is answered with an error, because its sender has most likely stopped waiting.
  std::size_t open_requests_max = 100'000;

  /// The seed of everything random in the node; 0 takes one from the operating system.
  std::uint64_t random_seed = 0;
};

/// One sentence that names the first field with a value that is not allowed, and the allowed
/// values; nothing if all values are allowed.
[[nodiscard]] std::optional<std::string> wrong_field(const node_config& x);

}  // namespace scalesmall
