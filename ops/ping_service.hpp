#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <scalesmall/call_error.hpp>
#include <scalesmall/message_handler.hpp>
#include <scalesmall/result.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "actors/damped_count.hpp"
#include "ops/ping/ping_round.hpp"
#include "ops/verbs/pause.hpp"

namespace scalesmall {

class node;

/// Asks the members of a group whether they are there and know the same, and answers others that
/// ask. Questions and answers are program messages with tags of their own. All functions are
/// thread-safe.
class ping_service {
public:
  /// Answers from now on.
  /// @param host must outlive this object
  explicit ping_service(node& host);
  ~ping_service();
  ping_service(const ping_service&) = delete;
  ping_service& operator=(const ping_service&) = delete;

  using outcome = result<std::vector<std::vector<pinged_member>>, call_error>;

  /// Asks all other members of each of these groups that this node knows, and waits until all have
  /// answered and know the same, or for this time. Ends early if the pause does.
  /// @returns the members of each group, in the order of the groups. Errors: unknown_group;
  ///   unavailable
  [[nodiscard]] outcome ping(const std::vector<std::string>& groups,
                             std::chrono::milliseconds limit, pause& time);

  /// The versions that other nodes told when they were asked last, of those that are known still,
  /// ascending by node.
  [[nodiscard]] std::vector<std::pair<net_id, std::string>> versions() const;

private:
  struct question;

  [[nodiscard]] bool ask(question& x);
  [[nodiscard]] bool ask_again_where_needed(std::vector<question>& all, bool again);
  void answer(const application_message& x);
  void hear(const application_message& x);
  void note_unreadable(const net_id& from);
  [[nodiscard]] std::set<net_id> known_nodes() const;
  [[nodiscard]] std::optional<std::uint64_t> digest_of(const std::string& group) const;

  node& host_;
  mutable std::mutex mutex_;
  std::map<std::uint64_t, question*> open_;  // by nonce
  std::map<net_id, std::string> versions_;
  damped_count unreadable_;
  damped_count no_room_;  // for answers
  message_handler questions_;
  message_handler answers_;
};

}  // namespace scalesmall
