#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <scalesmall/call_error.hpp>
#include <scalesmall/coverage.hpp>
#include <scalesmall/fault.hpp>
#include <scalesmall/group_event.hpp>
#include <scalesmall/item.hpp>
#include <scalesmall/keep.hpp>
#include <scalesmall/key_store.hpp>
#include <scalesmall/net_id.hpp>
#include <scalesmall/reachability.hpp>
#include <scalesmall/result.hpp>
#include <scalesmall/serve_options.hpp>
#include <scalesmall/served_range.hpp>
#include <scalesmall/timed_item.hpp>
#include <string>
#include <utility>
#include <vector>

#include "ops/ping/ping_round.hpp"
#include "ops/verbs/pause.hpp"

namespace scalesmall {

/// One actor of the supervision tree, as `tree` lists it.
struct tree_row {
  std::string path;  ///< "group_manager/chatter/peer_db"
  std::string kind;  ///< "worker" or "supervisor"
  std::string state;
  std::uint64_t restarts = 0;
  std::string last_reason = {};      ///< of its last failure; empty: there was none
  std::int64_t last_failure_at = 0;  ///< seconds since the beginning of 1970, in UTC

  friend bool operator==(const tree_row&, const tree_row&) = default;
};

/// A program message that came, as text.
struct received_text {
  net_id sender;
  std::string group;
  std::string text;
};

/// With whom a node cannot speak at the moment, and who is of which version.
struct neighbour_facts {
  /// The hosts that send what it cannot read, and why not.
  std::vector<std::pair<ip_address, fault>> unreadable;
  std::vector<net_id> refused_by;  ///< the peers that refuse what it says
  std::vector<ip_address> silent;  ///< the hosts that connect to it, and close without a word
  /// The versions that other nodes told when they were pinged last.
  std::vector<std::pair<net_id, std::string>> versions;
};

/// What is known of a node from its start on.
struct node_facts {
  std::string version;  ///< of the program
  std::string cluster;  ///< empty: none
  bool accepts_plain = false;
  bool multicast = false;       ///< it is to be used
  std::int64_t started_at = 0;  ///< seconds since the beginning of 1970, in UTC
  bool ready = false;           ///< has heard of what its seeds know, or has waited for long enough
};

/// The part of a node that the shell uses. A call that changes the node blocks until the node has
/// answered, for a bounded time; see the node for the errors. The other calls read the state of
/// this moment without a message.
class node_control {
public:
  node_control() = default;
  node_control(const node_control&) = delete;
  node_control& operator=(const node_control&) = delete;
  virtual ~node_control() = default;

  [[nodiscard]] virtual net_id id() const = 0;

  [[nodiscard]] virtual node_facts facts() const = 0;

  [[nodiscard]] virtual neighbour_facts neighbours() const = 0;

  /// The name and the value of each counter, in a fixed order.
  [[nodiscard]] virtual std::vector<std::pair<std::string, std::uint64_t>> counters() const = 0;

  /// Begins to look up a host, as for --peers: all its addresses, or none if it is not known. The
  /// answer may take as long as a name server does not answer.
  [[nodiscard]] virtual std::future<std::vector<net_id>> look_up(const std::string& host,
                                                                 std::uint16_t port) const = 0;

  virtual result<timed_item, call_error> join(const std::string& group,
                                              const std::vector<net_id>& peers, key_range range,
                                              keep longer) = 0;
  virtual result<done, call_error> leave(const std::string& group) = 0;
  virtual result<timed_item, call_error> add_item(const std::string& group, key_range range,
                                                  std::uint16_t port, keep longer) = 0;
  /// The same for a time: the claim ends unless it is leased again. A claim that is not leased, or
  /// that is taken back, ends no more. Errors also: limit_exceeded for too many leases.
  virtual result<timed_item, call_error> lease_item(const std::string& group, key_range range,
                                                    std::uint16_t port,
                                                    std::chrono::milliseconds ttl) = 0;
  virtual result<std::vector<timed_item>, call_error> add_items(const std::string& group,
                                                                std::vector<served_range> served,
                                                                keep longer) = 0;
  virtual result<std::vector<timed_item>, call_error> set_items(const std::string& group,
                                                                std::vector<served_range> served,
                                                                keep longer) = 0;
  virtual result<timed_item, call_error> remove_item(const std::string& group, key_range range,
                                                     std::uint16_t port) = 0;

  virtual result<done, call_error> include(const std::string& group, const std::string& inner) = 0;
  virtual result<done, call_error> exclude(const std::string& group, const std::string& inner) = 0;
  /// The groups that a group includes itself, ascending.
  [[nodiscard]] virtual std::vector<std::string> included(const std::string& group) const = 0;

  /// Sends a program message to all other members of a group; see node::broadcast.
  virtual result<done, call_error> send(const std::string& group, const std::string& tag,
                                        const std::string& text) = 0;

  /// Calls a function on another thread with each program message of a tag, until the returned
  /// object is destroyed.
  [[nodiscard]] virtual result<std::shared_ptr<void>, call_error> receive(
      const std::string& tag, std::function<void(received_text)> on_text) = 0;

  /// From now on the node chooses what it serves in this group, and is ready with it at once.
  virtual result<done, call_error> serve(const std::string& group, const serve_options& how) = 0;
  /// As range_assignment::drain.
  virtual result<done, call_error> drain(const std::string& group,
                                         std::chrono::milliseconds limit) = 0;
  virtual result<done, call_error> take_over(const std::string& group) = 0;
  [[nodiscard]] virtual std::optional<group_plan> plan(const std::string& group) const = 0;

  [[nodiscard]] virtual std::vector<net_id> members(const std::string& group) const = 0;
  [[nodiscard]] virtual std::vector<net_id> peers() const = 0;
  [[nodiscard]] virtual std::vector<std::string> groups() const = 0;
  [[nodiscard]] virtual std::vector<std::string> my_groups() const = 0;

  /// In key order; all items if no op is given.
  [[nodiscard]] virtual std::vector<timed_item> topology(const std::string& group,
                                                         std::optional<op> which) const = 0;

  /// The keys of the node. They may be read and changed at any time.
  [[nodiscard]] virtual key_store& keys() const = 0;

  /// The owners of a key, ascending by member, then by range.
  [[nodiscard]] virtual std::vector<range_owner> owners(const std::string& group,
                                                        std::uint32_t key) const = 0;
  /// The same with the unreachable owners, marked.
  [[nodiscard]] virtual std::vector<judged_owner> all_owners(const std::string& group,
                                                             std::uint32_t key) const = 0;
  [[nodiscard]] virtual scalesmall::coverage coverage(const std::string& group) const = 0;

  /// What the node holds of all members that are not reachable.
  [[nodiscard]] virtual reachability_table reachability() const = 0;

  /// Calls a function on another thread with each update of a group, until the returned object is
  /// destroyed.
  [[nodiscard]] virtual result<std::shared_ptr<void>, call_error> watch(
      const std::string& group, std::function<void(const group_update&)> on_update) = 0;

  [[nodiscard]] virtual std::vector<tree_row> tree() const = 0;

  /// Asks all other members of these groups; see ping_service. May take that long.
  [[nodiscard]] virtual result<std::vector<std::vector<pinged_member>>, call_error> ping(
      const std::vector<std::string>& groups, std::chrono::milliseconds limit, pause& time) = 0;

  /// Makes the actor at this path throw in one of its next turns; false if there is no such actor.
  virtual bool crash(const std::string& path) = 0;

  /// Writes a ring into the file that the program takes its keys from. The error is a sentence; the
  /// file is then as it was.
  virtual result<done, std::string> save_keys(const key_ring& keys) = 0;

  /// Reads again what the program can change while it runs. Returns one line for each change; the
  /// error is a sentence, and nothing is changed then.
  virtual result<std::vector<std::string>, std::string> reload() = 0;
};

}  // namespace scalesmall
