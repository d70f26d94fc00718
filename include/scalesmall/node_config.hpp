#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <scalesmall/net_id.hpp>
#include <scalesmall/plain_frames.hpp>
#include <string>
#include <vector>

namespace scalesmall {

/// How a node is to run. The defaults are those of a single node on this machine.
struct node_config {
  /// Where to listen, and the node's identity. The address must be one that the others reach; port
  /// 0 takes any free one.
  net_id listen{ip_address::v4(127, 0, 0, 1), 29999};

  /// Multicast accelerates; everything works without it, too.
  bool multicast = true;
  net_id multicast_group{ip_address::v4(224, 1, 1, 1), 29999};
  int multicast_ttl = 4;  ///< routers that a datagram may pass, 0..255

  /// Seeds: nodes to ask for what they know, again and again until they answer.
  std::vector<net_id> peers;

  /// Seeds by name. All addresses of a name are seeds; it is looked up again and again, since they
  /// may change.
  struct named_peer {
    std::string host;
    std::uint16_t port = 0;
  };
  std::vector<named_peer> named_peers;

  /// Nodes of different clusters do not talk to each other. Only with keys (node_environment::keys)
  /// does this keep apart more than mistakes.
  std::string cluster;

  /// Whether a node with a primary key takes plain frames, too. Only for the time in which a
  /// cluster changes over: whoever reaches the node can then tell it anything.
  plain_frames plain = plain_frames::refused;

  /// Time-outs of connections: longer means patience with slow networks, shorter that a dead relay
  /// is passed by sooner.
  std::chrono::milliseconds connect_timeout{2'000};
  /// A connection on which nothing whole came for so long is closed by who accepted it...
  std::chrono::milliseconds incoming_idle{60'000};
  /// ...and a little earlier by who opened it, so that a frame hardly ever meets a closing
  /// connection.
  std::chrono::milliseconds outgoing_idle{55'000};

  /// Changes within this time of the last announcement leave together; more means fewer and later
  /// gossips.
  std::chrono::milliseconds announcement_window{2};

  /// For how long a removal is remembered: at least as long as a node may be cut off and still not
  /// bring back what was removed meanwhile by a delta. More costs memory only.
  std::chrono::milliseconds grace = std::chrono::minutes{10};

  /// A peer that nobody has heard of for so long is forgotten, with all that it said.
  std::chrono::milliseconds forget = std::chrono::hours{24};

  /// The longest message that this node's programs may send to a group, in bytes;
  /// 1..limits::message_bytes_max. More makes a message that is lost on the way dearer.
  std::size_t message_bytes_max = 1024 * 1024;

  /// Requests to one owner's actor that it may leave unanswered; 1..100,000. For one more the
  /// oldest is answered with an error, since who asked it has most likely stopped waiting.
  std::size_t open_requests_max = 100'000;

  /// Seeds everything random in the node; 0 takes one from the operating system.
  std::uint64_t random_seed = 0;
};

/// The first field with a value that is not allowed, in one sentence that also says what is;
/// nothing if all are.
[[nodiscard]] std::optional<std::string> wrong_field(const node_config& x);

}  // namespace scalesmall
