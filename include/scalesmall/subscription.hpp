#pragma once

#include <functional>
#include <memory>
#include <scalesmall/group_event.hpp>

#include "actors/caf_types.hpp"
#include "actors/stoppable_callback.hpp"

namespace spdlog {
class logger;
}

namespace scalesmall {

/// Calls a function with what happens to a group, until it is destroyed; for programs without
/// actors. The function runs on a worker thread of the actor system, one call at a time and in
/// order. It may take its time, but keeps that worker from others; what it throws is logged, and
/// the next update comes all the same.
///
/// Must be ended before the actor system. Any thread may do so, also the function itself.
class subscription {
public:
  using callback = std::function<void(const group_update&)>;

  /// None.
  subscription() = default;

  subscription(caf::actor_system& system, subscriptions_actor source,
               std::shared_ptr<spdlog::logger> log, callback on_update);
  ~subscription() { end(); }
  subscription(subscription&&) noexcept = default;
  subscription& operator=(subscription&& x) noexcept;

  /// Returns when the function is not running and will not run again; called by the function
  /// itself, it makes the present call the last. Again: nothing.
  void end();

private:
  friend class node;
  class actor;

  subscriptions_actor source_;
  subscriber_actor subscriber_;
  std::shared_ptr<stoppable_callback<group_update>> target_;
};

}  // namespace scalesmall
