#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <scalesmall/node.hpp>
#include <scalesmall/supervision/caf_version.hpp>
#include <scalesmall/testing/memory_network.hpp>
#include <string>
#include <vector>

#include <caf/fwd.hpp>

namespace scalesmall::testing {

/// Nodes in one actor system on virtual time, joined by a network in memory, for tests. Nothing
/// sleeps, and one seed gives one run. Time passes in advance() only. Actors of the program that
/// are spawned in system() run on the same virtual time.
///
/// A call of a node that waits for an answer would wait for ever, because nothing runs meanwhile:
/// use the calls of the world, or send messages and call run(). Reading a node needs no such care.
///
/// One thread only.
class world {
public:
  explicit world(std::uint64_t seed = 1);
  ~world();
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  /// Where the node number n listens: 10.0.0.n, port 29999.
  [[nodiscard]] static net_id address(std::uint8_t n);

  /// Starts the node number n. @throws std::runtime_error if it does not start
  node& start(std::uint8_t n, std::vector<net_id> peers = {}, bool multicast = false);

  /// Starts the node number n with these settings; the world sets `listen` and `random_seed`.
  /// @throws std::runtime_error if it does not start
  node& start_with(std::uint8_t n, node_config config);

  /// The node number n. @throws std::out_of_range if it does not run
  [[nodiscard]] node& operator[](std::uint8_t n);

  /// The numbers of the nodes that run, ascending.
  [[nodiscard]] std::vector<std::uint8_t> running() const;

  /// Ends a node as the operating system ends a process: the node says nothing to the others.
  void kill(std::uint8_t n);

  // Calls of the node number n. The world runs until they are answered; call_error::timeout if they
  // are not answered now.

  result<timed_item, call_error> join(std::uint8_t n, const std::string& group,
                                      const std::vector<net_id>& peers = {},
                                      key_range range = whole_range);
  result<done, call_error> leave(std::uint8_t n, const std::string& group);
  result<timed_item, call_error> add_item(std::uint8_t n, const std::string& group, key_range range,
                                          std::uint16_t port = 80);
  result<timed_item, call_error> remove_item(std::uint8_t n, const std::string& group,
                                             key_range range, std::uint16_t port = 80);

  /// Calls a function with the program messages of a tag that come to the node number n.
  void on_message(std::uint8_t n, const std::string& tag, message_handler::callback on_message);

  /// The wall clock of all nodes. It goes with the world's time. Each start of a node moves it on
  /// by a millisecond, since no node starts twice at one moment.
  [[nodiscard]] std::chrono::nanoseconds wall_clock() const;

  /// Lets actors and network do all that is due now.
  void run();

  /// Lets one actor handle one message; false if there is nothing to do.
  bool step();

  /// Lets time pass in steps, and everything happen that falls due.
  void advance(std::chrono::nanoseconds time,
               std::chrono::nanoseconds step = std::chrono::milliseconds{1});

  /// Whether all these nodes know the same of the group.
  [[nodiscard]] bool agree(const std::vector<std::uint8_t>& numbers,
                           const std::string& group) const;

  [[nodiscard]] caf::actor_system& system() noexcept;

  /// Changes what the next nodes are started with.
  std::function<void(node_config&, node_environment&)> prepare;

  /// The network of all nodes: loses, delays and cuts.
  memory_network wire;

  /// Why nodes have ended by themselves, by their numbers.
  std::map<std::uint8_t, std::string> failures;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace scalesmall::testing
