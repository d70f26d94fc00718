#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/event_queue.hpp"
#include "tests/simulation/journal.hpp"
#include "tests/simulation/message_log.hpp"
#include "tests/simulation/network_model.hpp"
#include "tests/simulation/sim_node.hpp"

namespace scalesmall::simulation {

/// The messages that the nodes have sent. Bytes are counted as frames, and only if asked for.
struct traffic {
  std::uint64_t stream_messages = 0;
  std::uint64_t datagrams = 0;
  std::uint64_t acknowledgements = 0;
  std::uint64_t bytes = 0;
  std::uint64_t datagram_bytes_max = 0;
};

struct cluster_settings {
  std::size_t nodes = 30;
  std::uint64_t seed = 1;
  bool multicast = false;
  duration grace = std::chrono::minutes{10};
  /// After how long a node forgets: the setting of node n is number n modulo the size.
  std::vector<duration> forget{std::chrono::hours{24}};
  bool count_bytes = false;  ///< encode each message to know its size
  /// Whether the nodes take part in the detection of failures, and how.
  std::optional<watch_settings> watching = {};
  bool reencode = false;  ///< a receiver gets what the bytes say, not the record that was sent
  bool apart = false;     ///< with `watching`: each host has a steady clock of its own
};

/// Nodes, the network between them, virtual time, and one seed for everything. Nodes are numbered
/// from 0 and dead until started.
class cluster final : private wire {
public:
  explicit cluster(const cluster_settings& settings);

  [[nodiscard]] std::size_t size() const noexcept { return hosts_.size(); }
  [[nodiscard]] net_id id_of(std::size_t node) const;
  [[nodiscard]] std::size_t number_of(const net_id& id) const;
  [[nodiscard]] bool watches() const noexcept { return settings_.watching.has_value(); }
  [[nodiscard]] time_point now() const noexcept { return events_.now(); }
  [[nodiscard]] rng& random() noexcept { return random_; }
  [[nodiscard]] network_model& network() noexcept { return network_; }
  [[nodiscard]] const traffic& sent() const noexcept { return sent_; }

  /// Lets this much time pass.
  void run(duration time) { events_.run_until(now() + time); }

  /// Lets time pass until the condition holds, which is looked at each step; false if it does not
  /// within the limit.
  bool run_until(const std::function<bool()>& condition, duration limit,
                 duration step = std::chrono::milliseconds{10});

  /// Something that happens later.
  void at(time_point when, event_queue::action what) { events_.at(when, std::move(what)); }

  // -- the life of a node

  /// A process starts. Its incarnation is what its clock says, in seconds.
  void start(std::size_t node, std::vector<std::size_t> seeds);

  /// A process that goes on with this memory.
  void resume(std::size_t node, node_memory memory, std::vector<std::size_t> seeds = {});

  void crash(std::size_t node);

  /// A process ends, and its operating system closes its connections.
  void kill(std::size_t node);

  /// A host is no more: nothing answers there.
  void silence(std::size_t node);

  /// All actors of a node fail and go on from what outlives them.
  void restart_actors(std::size_t node);

  /// The operating system of a stalled node accepts what comes; the node reads it when the stall
  /// ends.
  void set_stalled(std::size_t node, bool stalled);

  /// A slow node reads what arrives only after this time, while its timers run.
  void set_slow(std::size_t node, duration time) { hosts_[node].slow = time; }

  /// A machine sleeps: like a stall, but its steady clock stands still meanwhile.
  void sleep(std::size_t node, duration time);

  /// Moves the clock that incarnations are taken from.
  void step_clock(std::size_t node, std::chrono::seconds by) { hosts_[node].clock_off += by; }

  [[nodiscard]] bool is_up(std::size_t node) const { return hosts_[node].process != nullptr; }
  [[nodiscard]] bool is_stalled(std::size_t node) const { return hosts_[node].stalled; }
  /// What the node's clock shows.
  [[nodiscard]] duration wall_clock(std::size_t node) const {
    return first_time + now().time_since_epoch() + hosts_[node].clock_off;
  }

  /// The members that the node holds for unreachable.
  [[nodiscard]] std::vector<std::size_t> unreachable_at(std::size_t node) const;

  /// What the program at a node says.
  void set_well(std::size_t node, bool yes);

  /// A node makes this statement, whatever it finds.
  void lie(std::size_t node, const statement& what);

  /// Throws std::out_of_range if it is down.
  [[nodiscard]] const sim_node& node(std::size_t node) const;

  /// A stranger sends this to a node by a stream.
  void tell(std::size_t node, gossip what);

  /// Each node begins an exchange with each other.
  void exchange_all();

  // -- calls; false if refused

  bool join(std::size_t node, const std::string& group, key_range range = whole_range);
  bool leave(std::size_t node, const std::string& group);
  bool add_item(std::size_t node, const std::string& group, key_range range, std::uint16_t port);
  bool remove_item(std::size_t node, const std::string& group, key_range range, std::uint16_t port);

  /// A program at the node sends a message to all members of the group.
  bool send_message(std::size_t node, const std::string& group);

  /// What the accepted calls of a node say.
  [[nodiscard]] journal& journal_of(std::size_t node) { return hosts_[node].accepted; }
  [[nodiscard]] const journal& journal_of(std::size_t node) const { return hosts_[node].accepted; }

  [[nodiscard]] const message_log& messages() const noexcept { return messages_; }

  /// What all nodes together have counted.
  [[nodiscard]] const counters& counts() const noexcept { return *counts_; }

  /// Whether no node has program messages left to pass on or to have handled.
  [[nodiscard]] bool messages_are_settled() const;

  /// Whether all nodes that are up know the same: of each group the same clocks or, if they are
  /// interested in a part of it, the same claims within it and the same members.
  [[nodiscard]] bool agree() const;

  /// Called after each arrival at a node, with the round in which it came.
  std::function<void(std::size_t node, unsigned round)> on_arrival;

private:
  /// What all clocks show at the beginning.
  static constexpr std::chrono::seconds first_time{1'763'793'600};

  struct host {
    std::unique_ptr<sim_node> process;
    unsigned life = 0;
    bool stalled = false;
    duration slow{0};
    duration asleep{0};                           // its steady clock is so far behind
    std::vector<event_queue::action> inbox = {};  // while stalled
    std::optional<time_point> armed_for = {};
    std::chrono::seconds clock_off{0};
    journal accepted = {};
  };

  /// A process that ran on a host; an event that is meant for it does not reach the next one.
  struct process_id {
    std::size_t node;
    unsigned life;
  };

  void send(const stream_message& what) override;
  void multicast(gossip what, unsigned round) override;
  void handle(const net_id& at, const handler_call& what) override;
  void deliver(const process_id& from, std::size_t to, const stream_message& what);
  void acknowledge(const process_id& from, std::size_t to, const stream_message& what);
  void refuse(const process_id& from, const stream_message& what, sim_node::failure why,
              duration after);
  void arrive(std::size_t to, std::shared_ptr<const gossip> what, arrival_path path, unsigned round,
              hop_reply reply);
  bool change(std::size_t node, const auto& call);
  void in_life_of(const process_id& whose, time_point when, event_queue::action what);
  void let(std::size_t node, event_queue::action what);
  void arm(std::size_t node);
  /// What the node's steady clock shows.
  [[nodiscard]] time_point clock(std::size_t node) const { return now() - hosts_[node].asleep; }
  std::size_t count(const gossip& what);
  [[nodiscard]] gossip as_read(gossip what) const;
  [[nodiscard]] process_id present(std::size_t node) const { return {node, hosts_[node].life}; }
  [[nodiscard]] sim_node* running(std::size_t node) { return hosts_[node].process.get(); }

  cluster_settings settings_;
  frame_codec codec_;
  event_queue events_;
  rng random_;
  network_model network_;
  std::vector<host> hosts_;
  traffic sent_;
  std::shared_ptr<counters> counts_ = std::make_shared<counters>();
  std::shared_ptr<rings_cache> rings_ = std::make_shared<rings_cache>();
  message_log messages_;
};

}  // namespace scalesmall::simulation
