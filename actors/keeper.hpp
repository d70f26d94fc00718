#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <scalesmall/supervision/actor_shell.hpp>
#include <scalesmall/supervision/guarded_promise.hpp>

#include "actors/keeper_messages.hpp"
#include "actors/next_timer.hpp"
#include "actors/node_context.hpp"
#include "actors/persistence/commit_schedule.hpp"
#include "actors/topology/kept_claims.hpp"

namespace scalesmall {

/// Has the state store write what the next life of this node needs. Never waits for the disk.
/// Without a state directory it has nothing to do.
class keeper {
public:
  using handle = keeper_actor;
  static constexpr const char* name = "keeper";

  /// The peers are a cache: a change is written after peers_first, and peers_period after the last
  /// write at the earliest.
  static constexpr std::chrono::seconds peers_first{1};
  static constexpr std::chrono::seconds peers_period{60};

  keeper(supervision::shell_pointer<handle> self, node_context_ptr node);

  handle::behavior_type make_behavior();

private:
  [[nodiscard]] time_point now() const;
  caf::result<done> keep();
  void work();
  void write_self();
  void write_peers();
  void written(const state_written& what);
  [[nodiscard]] std::function<void(std::error_code)> reply(state_written::what file) const;

  supervision::shell_pointer<handle> self_;
  node_context_ptr node_;
  commit_schedule commits_;
  std::map<commit_schedule::ticket, supervision::guarded_promise<done>> asked_;
  std::shared_ptr<const kept_claims> writing_;
  std::optional<time_point> refresh_at_;  // of a node with kept claims: it says that it lives
  std::optional<time_point> peers_at_;
  time_point peers_not_before_{};
  bool failing_ = false;  // the log says so
  next_timer alarm_;
};

/// How often a node with kept claims writes that it lives, so that its next life can tell how long
/// it was gone.
[[nodiscard]] std::chrono::milliseconds refresh_period(std::chrono::milliseconds forget);

}  // namespace scalesmall
