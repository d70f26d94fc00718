#pragma once

#include <any>
#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <scalesmall/supervision/child_spec.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include <caf/actor_clock.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/error.hpp>

#include "supervision/decisions/resource_wait.hpp"

namespace scalesmall::supervision {

class child_table;

/// One child as its supervisor sees it. Only the supervisor changes it. Other threads may read the
/// fields marked `shared`, by `child_table::visit`; the supervisor changes these through the table.
struct child {
  std::string id;
  std::shared_ptr<const child_spec> spec;
  std::any argument;
  caf::strong_actor_ptr handle;              ///< shared; null if the child has no actor
  child_state state = child_state::stopped;  ///< shared
  std::uint64_t restarts = 0;                ///< shared
  std::shared_ptr<child_table> nested;       ///< shared; the children of a nested supervisor
  /// The value of `nested` before the restart that is under way, until the new supervisor is ready.
  std::shared_ptr<child_table> previous;
  /// Its actor has ended for this reason, but the supervisor has not handled that yet.
  std::optional<caf::error> exit;
  /// Set while a start is under way: called without an error once the child is ready, or with the
  /// reason of the failure.
  std::function<void(const caf::error&)> when_started;
  caf::actor_clock::time_point since;  ///< time of the last start, end or request to stop
  resource_wait wait;
  /// When the wait ends that began last. An earlier wait that is still in the supervisor's list
  /// does nothing.
  caf::actor_clock::time_point restart_at{};
  bool removed = false;
  std::list<std::shared_ptr<child>>::iterator position;
};

using child_ptr = std::shared_ptr<child>;

/// The children of one supervisor in start order, with indices to find a child. Only the supervisor
/// writes the table, and it reads without a lock; other threads use `visit` only.
class child_table {
public:
  /// Appends a child that is not running. Its id must be new.
  child_ptr add(std::shared_ptr<const child_spec> spec);
  /// The same for an instance of a template; its id is `#1`, `#2`, ...
  child_ptr add_instance(std::shared_ptr<const child_spec> spec, std::any argument);
  void remove(const child_ptr& c);

  [[nodiscard]] child_ptr find(const std::string& id) const;
  [[nodiscard]] child_ptr find(caf::actor_id actor) const;
  [[nodiscard]] std::size_t size() const noexcept { return order_.size(); }
  [[nodiscard]] const std::list<child_ptr>& children() const noexcept { return order_; }
  [[nodiscard]] std::vector<child_ptr> in_start_order() const;
  [[nodiscard]] std::vector<child_ptr> in_stop_order() const;

  void set_state(child& c, child_state state);
  /// Gives the child an actor that is not ready yet.
  void attach(const child_ptr& c, caf::strong_actor_ptr handle);
  /// Takes the actor away from the child.
  void detach(child& c, child_state state);
  void set_nested(child& c, std::shared_ptr<child_table> nested);
  void count_restart(child& c);
  void move_to_end(const child_ptr& c);

  /// Grows with each change of what `visit` shows. Thread-safe.
  [[nodiscard]] std::uint64_t version() const noexcept {
    return version_.load(std::memory_order_acquire);
  }

  /// Calls `f` for each child in start order. Thread-safe. `f` runs under the lock of the writer,
  /// so it must be short and must not use this table.
  void visit(const std::function<void(const child&)>& f) const;

private:
  child_ptr append(child_ptr c);

  /// Locks for a change of what `visit` shows.
  [[nodiscard]] std::unique_lock<std::mutex> change();

  mutable std::mutex mutex_;
  std::atomic<std::uint64_t> version_{0};  // written under the lock
  std::list<child_ptr> order_;
  std::uint64_t instances_ = 0;
  /// Without the instances of a template, which are found by their actors.
  std::unordered_map<std::string, child_ptr> by_id_;
  std::unordered_map<caf::actor_id, child_ptr> by_actor_;
};

}  // namespace scalesmall::supervision
