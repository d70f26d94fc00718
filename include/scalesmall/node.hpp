#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <scalesmall/coverage.hpp>
#include <scalesmall/message_handler.hpp>
#include <scalesmall/owner_actors.hpp>
#include <scalesmall/routes.hpp>
#include <scalesmall/subscription.hpp>
#include <scalesmall/supervision/tree.hpp>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <caf/fwd.hpp>

#include "actors/node_context.hpp"

namespace scalesmall {

/// What a node takes from its program; what is not given it makes for itself.
struct node_environment {
  std::shared_ptr<network>
      net;  ///< default: real sockets on an I/O thread of its own; share one among many nodes
  std::shared_ptr<spdlog::logger> log;  ///< default: nothing is logged
  /// Seals what the node sends; may be changed while it runs. Default: no keys, so plain frames.
  std::shared_ptr<key_store> keys;
  /// Called once when the root supervisor has ended without stop(), with the reason; on a thread of
  /// the actor system.
  std::function<void(const std::string&)> on_failure;
};

/// Why a node did not start.
struct node_error {
  std::string text;      ///< one sentence
  std::error_code code;  ///< std::errc::invalid_argument if a field of the config is wrong; else of
                         ///< the operating system, if it was that
};

/// One node: the group manager's whole tree, run in the caller's actor system. Several may run in
/// one system.
///
/// Reading never waits and never sends a message; calls that change something wait for the answer,
/// at most call_timeout. Any thread may use it, but an actor should not wait: it sends its calls to
/// group_manager().
class node {
public:
  static constexpr std::chrono::seconds call_timeout{5};
  static constexpr std::chrono::seconds broadcast_timeout{60};

  /// Listens, starts all actors and waits until they run. Errors: what wrong_field says of the
  /// config, or why it cannot listen there.
  [[nodiscard]] static result<std::unique_ptr<node>, node_error> start(
      caf::actor_system& system, const node_config& config, node_environment environment = {});

  /// The same without waiting, for tests on virtual time.
  [[nodiscard]] static result<std::unique_ptr<node>, node_error> launch(
      caf::actor_system& system, const node_config& config, node_environment environment = {});

  /// Stops the node if stop() was not called. Must not run in an actor of the system.
  ~node();
  node(const node&) = delete;
  node& operator=(const node&) = delete;

  /// Where it listens: its identity.
  [[nodiscard]] const net_id& id() const noexcept { return context_->self; }

  /// The typed handle for programs made of actors; valid across restarts.
  [[nodiscard]] const group_manager_actor& group_manager() const noexcept { return group_manager_; }

  // What each call means is said at topology_table. All may also fail with call_error::unavailable
  // or call_error::timeout.

  [[nodiscard]] result<timed_item, call_error> join(const std::string& group,
                                                    const std::vector<net_id>& peers = {},
                                                    key_range range = whole_range);
  [[nodiscard]] result<success, call_error> leave(const std::string& group);
  [[nodiscard]] result<timed_item, call_error> add_item(const std::string& group, key_range range,
                                                        std::uint16_t port);
  [[nodiscard]] result<timed_item, call_error> remove_item(const std::string& group,
                                                           key_range range, std::uint16_t port);

  /// Calls a function with what happens to a group, or to all of them: first a snapshot, then the
  /// changes. Errors: call_error::invalid_argument if that cannot be a group's name.
  [[nodiscard]] result<subscription, call_error> subscribe(std::optional<std::string> group,
                                                           subscription::callback on_update);

  /// Where actors subscribe, with the messages `subscribe` and `unsubscribe`; valid across
  /// restarts.
  [[nodiscard]] const subscriptions_actor& subscriptions() const noexcept {
    return context_->subscriptions;
  }

  /// The actors that serve a group's keys, to send to; see there. An error if the actor system has
  /// no middleman.
  [[nodiscard]] result<scalesmall::owner_actors, node_error> owner_actors(std::string group) const;

  /// Sends a message of this program to all other members of a group that this node knows, or to
  /// those of them that are named: multicast first, then the logarithmic TCP broadcast. It reaches
  /// each at least once, who handles it mostly once, in no promised order. Returns when it is
  /// accepted, which takes until there is room for it, at most broadcast_timeout; what is accepted
  /// is sent until each recipient has handled it or has given no sign of life for
  /// delivery_tracker::give_up (counted as undelivered then). Errors, and nothing is sent then:
  /// invalid_argument, unknown_group, limit_exceeded (over node_config::message_bytes_max),
  /// unavailable, timeout. An actor sends send_message to messages() instead.
  [[nodiscard]] result<success, call_error> broadcast(
      const std::string& group, const std::string& tag, bytes_view message,
      std::optional<std::vector<net_id>> peers = {});

  /// Calls a function with what other members send under a tag to a group that this node is in. A
  /// tag may have several handlers, each gets all. Errors: call_error::invalid_argument if that
  /// cannot be a tag (the rule for a group's name).
  [[nodiscard]] result<message_handler, call_error> on_message(
      const std::string& tag, message_handler::callback on_message);

  /// Where actors send and handle messages, with `send_message`, `handle_messages` and
  /// `ignore_messages`; valid across restarts.
  [[nodiscard]] messages_actor messages() const { return context_->messenger; }

  /// Who serves a key, ascending by member, then range; none if the group is not known.
  [[nodiscard]] std::vector<range_owner> owners(std::string_view group, std::uint32_t key) const;

  /// The same for who asks often; see there.
  [[nodiscard]] scalesmall::routes routes(std::string group) const {
    return {context_->topologies, std::move(group)};
  }

  /// Who serves what: the whole range of keys in pieces. One gap if the group is not known.
  [[nodiscard]] scalesmall::coverage coverage(std::string_view group) const;

  /// Grows with each change of the group that this node learns; 0 if the group is not known.
  [[nodiscard]] std::uint64_t version(std::string_view group) const;

  [[nodiscard]] std::vector<net_id> members(std::string_view group) const;
  [[nodiscard]] std::vector<timed_item> topology(std::string_view group,
                                                 std::optional<op> which = {}) const;
  [[nodiscard]] std::vector<std::string> groups() const;
  [[nodiscard]] std::vector<std::string> my_groups() const;
  [[nodiscard]] std::vector<net_id> peers() const;

  /// The newest published topology, for readers that want several answers of one moment.
  [[nodiscard]] std::shared_ptr<const scalesmall::topology> snapshot() const {
    return context_->topologies.read();
  }

  /// The keys that it seals and opens with, to be read and changed at any time.
  [[nodiscard]] key_store& keys() const noexcept { return *keys_; }

  [[nodiscard]] const scalesmall::counters& counts() const noexcept { return *context_->counts; }

  /// The tree of actors as it is now.
  [[nodiscard]] std::vector<supervision::tree_entry> tree() const { return tree_.list(); }

  /// Makes the actor at that path throw; false if there is none.
  bool crash(std::string_view path) { return tree_.crash(path); }

  /// Stops all actors in order and closes the sockets. Again: nothing.
  void stop();

  /// Begins to stop without waiting for the end, for tests on virtual time.
  void request_stop();

private:
  node(std::shared_ptr<node_context> context, std::shared_ptr<key_store> keys,
       supervision::tree tree, std::shared_ptr<std::atomic<bool>> stopping,
       caf::actor_system& system);

  static result<std::unique_ptr<node>, node_error> create(caf::actor_system& system,
                                                          const node_config& config,
                                                          node_environment environment, bool wait);

  template <class Answer, class Actor, class Call>
  result<Answer, call_error> ask(const Actor& whom, const Call& call);

  std::shared_ptr<node_context> context_;
  std::shared_ptr<key_store> keys_;
  supervision::tree tree_;
  group_manager_actor group_manager_;
  std::shared_ptr<std::atomic<bool>> stopping_;
  caf::actor_system* system_;
  std::shared_ptr<owner_proxies> owner_links_;
};

}  // namespace scalesmall
