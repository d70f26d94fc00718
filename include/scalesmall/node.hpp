#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <scalesmall/actor_handles.hpp>
#include <scalesmall/assignment.hpp>
#include <scalesmall/call_error.hpp>
#include <scalesmall/counters.hpp>
#include <scalesmall/coverage.hpp>
#include <scalesmall/keep.hpp>
#include <scalesmall/key_store.hpp>
#include <scalesmall/log.hpp>
#include <scalesmall/message_handler.hpp>
#include <scalesmall/node_config.hpp>
#include <scalesmall/node_view.hpp>
#include <scalesmall/reachability.hpp>
#include <scalesmall/result.hpp>
#include <scalesmall/routes.hpp>
#include <scalesmall/served_range.hpp>
#include <scalesmall/snapshot.hpp>
#include <scalesmall/subscription.hpp>
#include <scalesmall/supervision/caf_version.hpp>
#include <scalesmall/supervision/listing.hpp>
#include <scalesmall/timed_item.hpp>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <caf/fwd.hpp>

namespace scalesmall {

class network;

/// What a node takes from its program. The node makes for itself what it is not given.
struct node_environment {
  /// The network, which many nodes may share; see network.hpp. Default: real sockets on an I/O
  /// thread of this node.
  std::shared_ptr<network> net;

  /// Takes the lines of the log. Default: nothing is logged.
  log_function log;

  /// The keys that seal what the node sends and open what it receives. They may be changed while
  /// the node runs. Default: no keys, so the frames are plain.
  std::shared_ptr<key_store> keys;

  /// The time since the beginning of 1970 in UTC, without leap seconds. Incarnations and sealed
  /// frames carry it. Any thread calls it. Default: the system's clock; tests may give another one.
  std::function<std::chrono::nanoseconds()> wall_clock;

  /// Called once, with the reason, if the node ends without stop(): its actors failed more often
  /// than they are restarted. Runs on a thread of the actor system.
  std::function<void(const std::string&)> on_failure;
};

/// Why a node did not start.
struct node_error {
  std::string text;  ///< one sentence

  /// std::errc::invalid_argument if a field of the config is wrong; the error of the operating
  /// system if it was that; otherwise none.
  std::error_code code;
};

/// One node: a member of any number of groups, run as a tree of actors in the caller's actor
/// system. Several nodes may run in one system.
///
/// Threads: any thread may use any function. Reading never waits and sends no message. Calls that
/// change something wait for the answer, at most for the time limit that they take. So an actor
/// must not make them: it would wait for actors that need its thread. It sends the same calls to
/// group_manager(), subscriptions() and messages(), and reads through a copy of view(), which may
/// outlive the node.
///
/// A node that stops, or whose process dies, stays a member of its groups, because the others
/// cannot tell a node that is gone from one that is cut off for a while. members(), owners() and
/// topology() of the other nodes name it until its membership ends. Membership ends when the node
/// leaves (leave, leave_all), or when nobody has heard of the node for node_config::forget (24
/// hours by default).
class node : public node_view {
public:
  /// How long a call waits for its answer, unless the caller says otherwise.
  static constexpr std::chrono::milliseconds call_timeout{5'000};

  /// How long broadcast() waits for room, unless the caller says otherwise.
  static constexpr std::chrono::milliseconds broadcast_timeout{60'000};

  /// How long ready() waits, unless the caller says otherwise.
  static constexpr std::chrono::milliseconds ready_timeout{30'000};

  /// Listens, starts all actors and waits until they run. The actor system must outlive the node.
  /// Errors: the sentence of wrong_field(config), or why the node cannot listen there.
  [[nodiscard]] static result<std::unique_ptr<node>, node_error> start(
      caf::actor_system& system, const node_config& config, node_environment environment = {});

  /// Calls stop(). Must not run in an actor of the system.
  ~node();
  node(const node&) = delete;
  node& operator=(const node&) = delete;

  // -- changing groups. Each call may also fail with unavailable or timeout; after a timeout the
  //    change may still be made.
  //
  //    With keep::yes a change outlives the process, and the call is answered once the disk has it
  //    (node_config::state_directory). A kept claim that is taken back, replaced without keep::yes
  //    or left is no longer kept, also before the answer. Errors: no_state if there is no such
  //    directory, and then nothing changes; not_kept if the disk fails.

  /// Makes this node a member of a group and asks for the group's updates, for all keys or those of
  /// a range. A member that joins again adds the range to those it has. The group need not exist.
  /// @param peers nodes to ask first; needed only if no node of the cluster is known yet
  /// @returns this node's claim of that range: op::get, or op::add if it serves the range already.
  /// Errors: invalid_argument for a name or a range that cannot be; limit_exceeded.
  [[nodiscard]] result<timed_item, call_error> join(
      const std::string& group, const std::vector<net_id>& peers = {},
      key_range range = whole_range, std::chrono::milliseconds limit = call_timeout) {
    return join(group, peers, range, keep::no, limit);
  }
  [[nodiscard]] result<timed_item, call_error> join(const std::string& group,
                                                    const std::vector<net_id>& peers,
                                                    key_range range, keep longer,
                                                    std::chrono::milliseconds limit = call_timeout);

  /// Ends this node's membership of a group with all its claims. Other nodes hear of it within
  /// milliseconds as a rule. A program that ends should wait half a second before it stops the
  /// node, or leave by claims_at_stop::left. Errors: not_found if this node is not a member.
  [[nodiscard]] result<done, call_error> leave(const std::string& group,
                                               std::chrono::milliseconds limit = call_timeout);

  /// Leaves every group of which this node is a member. The first error ends it.
  /// @param limit for each group
  [[nodiscard]] result<done, call_error> leave_all(std::chrono::milliseconds limit = call_timeout);

  /// Claims to serve a range of keys on a port. A node that is not a member of the group joins it,
  /// for all keys. A claim of the same range on another port is replaced.
  /// @returns the claim. Errors: invalid_argument for a name or a range that cannot be, and for
  /// port 0; limit_exceeded.
  [[nodiscard]] result<timed_item, call_error> add_item(
      const std::string& group, key_range range, std::uint16_t port,
      std::chrono::milliseconds limit = call_timeout) {
    return add_item(group, range, port, keep::no, limit);
  }
  [[nodiscard]] result<timed_item, call_error> add_item(
      const std::string& group, key_range range, std::uint16_t port, keep longer,
      std::chrono::milliseconds limit = call_timeout);

  /// Claims to serve all these ranges in one step: they get one stamp, and the others hear of them
  /// in one announcement. Each is claimed as by add_item; other claims stay. If one is refused,
  /// nothing changes.
  /// @returns the claims, ascending by range. Errors: those of add_item; invalid_argument also if
  /// there is no range, or one range twice.
  [[nodiscard]] result<std::vector<timed_item>, call_error> add_items(
      const std::string& group, std::vector<served_range> served,
      std::chrono::milliseconds limit = call_timeout) {
    return add_items(group, std::move(served), keep::no, limit);
  }
  [[nodiscard]] result<std::vector<timed_item>, call_error> add_items(
      const std::string& group, std::vector<served_range> served, keep longer,
      std::chrono::milliseconds limit = call_timeout);

  /// The same, and takes back all other claims to serve in that group, still in one step: the node
  /// serves exactly these ranges from then on. Without ranges it serves none and stays a member.
  [[nodiscard]] result<std::vector<timed_item>, call_error> set_items(
      const std::string& group, std::vector<served_range> served,
      std::chrono::milliseconds limit = call_timeout) {
    return set_items(group, std::move(served), keep::no, limit);
  }
  [[nodiscard]] result<std::vector<timed_item>, call_error> set_items(
      const std::string& group, std::vector<served_range> served, keep longer,
      std::chrono::milliseconds limit = call_timeout);

  /// Takes back a claim to serve exactly this range on this port. The node stays a member of the
  /// group. Errors: invalid_argument for a reversed range; not_found if there is no such claim.
  [[nodiscard]] result<timed_item, call_error> remove_item(
      const std::string& group, key_range range, std::uint16_t port,
      std::chrono::milliseconds limit = call_timeout);

  /// Makes a group stand for another one, too: owners, routes and coverage of the group are from
  /// then on those of both, at all nodes. It is a reference: what becomes of the inner group
  /// counts. The inner group may include others, eight times over; cycles do no harm. Members,
  /// messages, updates and plans stay those of each group.
  ///
  /// It stands as long as one node states it. A node that starts anew states nothing. Neither this
  /// node nor anybody has to be a member of either group.
  /// Errors: invalid_argument for names that cannot be, or that have more than 230 bytes together.
  [[nodiscard]] result<done, call_error> include(const std::string& group, const std::string& inner,
                                                 std::chrono::milliseconds limit = call_timeout);

  /// This node no longer states it. Errors: as above; not_found if it did not.
  [[nodiscard]] result<done, call_error> exclude(const std::string& group, const std::string& inner,
                                                 std::chrono::milliseconds limit = call_timeout);

  // -- being told of changes

  /// Calls a function with what happens to a group, or to all of them: first a snapshot, then the
  /// changes. Errors: invalid_argument if that cannot be a group's name, unavailable, timeout.
  [[nodiscard]] result<subscription, call_error> subscribe(
      std::optional<std::string> group, subscription::callback on_update,
      std::chrono::milliseconds limit = call_timeout);

  // -- program messages

  /// Sends a program message to all other members of a group that this node knows, or to those of
  /// them that are named. Each recipient gets it at least once and handles it mostly once; there is
  /// no promised order.
  ///
  /// Returns when the message is accepted, which takes until there is room for it. An accepted
  /// message is sent until each recipient has handled it or has given no sign of life for 30
  /// seconds; counters::messages_undelivered counts the latter. Errors, and then nothing is sent:
  /// invalid_argument, unknown_group, limit_exceeded (over node_config::message_bytes_max),
  /// unavailable, timeout.
  [[nodiscard]] result<done, call_error> broadcast(
      const std::string& group, const std::string& tag, bytes_view message,
      std::optional<std::vector<net_id>> peers = {},
      std::chrono::milliseconds limit = broadcast_timeout);

  /// Calls a function with the program messages that other members send under a tag to a group of
  /// which this node is a member. If a tag has several handlers, each gets all messages. Errors:
  /// invalid_argument if that cannot be a tag (the rule for a group's name), unavailable, timeout.
  [[nodiscard]] result<message_handler, call_error> on_message(
      const std::string& tag, message_handler::callback on_message,
      std::chrono::milliseconds limit = call_timeout);

  // -- serving by plan, see docs/assignment.md

  /// Makes this node serve a part of a group that all its nodes choose together: it joins the
  /// group, claims slots of equal size, and moves them as members come and go. The program is told
  /// what to load and what to give up. Claims by add_item go on beside it; those of exactly a slot
  /// and with the same port count as this service's.
  ///
  /// A program that leaves the group ends it; it is told range_lost then.
  /// Errors: invalid_argument for a name or an option that cannot be, for a handler without
  /// functions, and if the group is served by plan already; unavailable if node_config::liveness is
  /// off, and while a former service of the group ends; timeout.
  [[nodiscard]] result<range_assignment, call_error> serve(
      const std::string& group, const serve_options& how, range_handler handler,
      std::chrono::milliseconds limit = call_timeout);

  // -- reading what the node knows: all functions of node_view

  /// What the node knows, in an object that may be copied and may outlive the node.
  [[nodiscard]] const node_view& view() const noexcept { return *this; }

  /// These are the seeds from now on, in place of those of the config. A former seed that is known
  /// stays a peer. Errors: invalid_argument for an address or a name that cannot be.
  [[nodiscard]] result<done, call_error> use_seeds(std::vector<net_id> peers,
                                                   std::vector<node_config::named_peer> named = {},
                                                   std::chrono::milliseconds limit = call_timeout);

  /// Tells when this node has heard of all that its seeds know of a group: those of the config, and
  /// those that a call of join() names. Call it after join(), instead of waiting for some time.
  ///
  /// The seeds are asked at once, then each second. The node is ready when it knows all claims that
  /// each seed named in its answer. If some seeds do not answer within two seconds, those that do
  /// are enough. A node without seeds is ready at once; so is one for whose group no seed knows
  /// anything. What others change meanwhile may come later.
  ///
  /// Errors: invalid_argument for a name that cannot be, timeout if no seed answered or what they
  /// told has not come by then, unavailable if the node stops.
  [[nodiscard]] std::future<result<done, call_error>> ready(
      const std::string& group, std::chrono::milliseconds limit = ready_timeout) const;

  /// The same for a function. It is called once, at the latest at the limit, on a worker thread of
  /// the actor system, perhaps before this returns. It must not wait and must not throw.
  void ready(const std::string& group, std::function<void(result<done, call_error>)> then,
             std::chrono::milliseconds limit = ready_timeout) const;

  // -- the detection of failures

  /// A program that knows that it does not serve says so, or that it serves again: all nodes hold
  /// this one for unreachable meanwhile. Its claims stay. Does nothing without
  /// node_config::liveness.
  void set_well(bool yes);

  // -- for programs made of actors: typed handles that stay valid when an actor is restarted

  /// Takes the messages of group_manager.hpp.
  [[nodiscard]] const group_manager_actor& group_manager() const noexcept;

  /// Takes the messages of subscriptions.hpp.
  [[nodiscard]] const subscriptions_actor& subscriptions() const noexcept;

  /// Takes the messages of messages.hpp.
  [[nodiscard]] const messages_actor& messages() const noexcept;

  /// Takes the messages of assignment.hpp.
  [[nodiscard]] const assignments_actor& assignments() const noexcept;

  // -- running the node

  /// The keys that the node seals and opens frames with. They may be changed at any time.
  [[nodiscard]] key_store& keys() const noexcept;

  /// The tree of actors as it is now.
  [[nodiscard]] std::vector<supervision::tree_entry> tree() const;

  /// Makes the actor at that path of the tree throw, to try out the supervision; false if there is
  /// none.
  bool crash(std::string_view path);

  /// Stops all actors in order and closes the sockets; waits for both, at most 10 seconds. What
  /// becomes of the claims says node_config::on_stop; by default they stand. A node that leaves, or
  /// that takes part in the detection of failures, tells the others first, and waits until they
  /// have acknowledged it, at most a second. A second call does nothing. Must not run in an actor
  /// of the system.
  void stop();

private:
  friend class node_access;
  struct impl;

  explicit node(std::unique_ptr<impl> inside);

  std::unique_ptr<impl> impl_;
};

}  // namespace scalesmall
