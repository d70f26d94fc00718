#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <scalesmall/supervision/actor_shell.hpp>

#include "actors/events/update_queue.hpp"
#include "actors/node_context.hpp"
#include "actors/subscriptions_messages.hpp"

namespace scalesmall {

/// Sends updates of groups to their subscribers, to each at its own pace: the next update goes out
/// when the last has been handled. The list of subscribers survives a crash of this actor; each
/// then gets a snapshot.
class subscriptions {
public:
  using handle = notified_subscriptions_actor;
  static constexpr const char* name = "subscriptions";

  subscriptions(supervision::shell_pointer<handle> self, node_context_ptr node);

  handle::behavior_type make_behavior();

private:
  struct subscriber {
    subscribe order;
    update_queue updates;
    bool busy = false;
  };

  void enlist(const subscribe& order);
  void observe(const std::shared_ptr<const topology>& now);
  void remove(std::uint64_t number);
  void tell(std::uint64_t number, subscriber& to);
  void told(std::uint64_t number);
  void publish();

  supervision::shell_pointer<handle> self_;
  node_context_ptr node_;
  supervision::table_writer<std::vector<subscribe>> published_;
  std::uint64_t observed_version_ = 0;
  std::uint64_t next_number_ = 0;
  std::map<std::uint64_t, subscriber> subscribers_;
};

}  // namespace scalesmall
