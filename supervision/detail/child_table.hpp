#pragma once

#include <any>
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

namespace scalesmall::supervision {

class child_table;

/// One child as its supervisor sees it. Only the supervisor changes it, and what other threads may
/// see (marked) only through the table's functions.
struct child {
  std::string id;
  std::shared_ptr<const child_spec> spec;
  std::any argument;
  caf::strong_actor_ptr handle;              ///< seen by others; null unless an actor is there
  child_state state = child_state::stopped;  ///< seen by others
  std::uint64_t restarts = 0;                ///< seen by others
  std::shared_ptr<child_table> nested;  ///< seen by others; the children of a nested supervisor
  std::shared_ptr<child_table>
      previous;                    ///< `nested` of the incarnation before, until this one is ready
  std::optional<caf::error> exit;  ///< its actor has ended, which is not dealt with yet
  /// Set while it is being started: what to do when it is ready (no error) or will never be.
  std::function<void(const caf::error&)> when_started;
  caf::actor_clock::time_point since;  ///< of the last start, end or stop
  bool removed = false;
  std::list<std::shared_ptr<child>>::iterator position;
};

using child_ptr = std::shared_ptr<child>;

/// The children of one supervisor in start order, with the ways to find one. The supervisor is the
/// only writer and reads freely; other threads use `visit`.
class child_table {
public:
  /// Appends a child that is not running. The id must be new.
  child_ptr add(std::shared_ptr<const child_spec> spec);
  /// The same for an instance of a template; it is called `#1`, `#2`, ...
  child_ptr add_instance(std::shared_ptr<const child_spec> spec, std::any argument);
  void remove(const child_ptr& c);

  [[nodiscard]] child_ptr find(const std::string& id) const;
  [[nodiscard]] child_ptr find(caf::actor_id actor) const;
  [[nodiscard]] std::size_t size() const noexcept { return order_.size(); }
  [[nodiscard]] const std::list<child_ptr>& children() const noexcept { return order_; }
  [[nodiscard]] std::vector<child_ptr> in_start_order() const;
  [[nodiscard]] std::vector<child_ptr> in_stop_order() const;

  void set_state(child& c, child_state state);
  /// The child has an actor, which is not ready yet.
  void attach(const child_ptr& c, caf::strong_actor_ptr handle);
  /// The child has no actor any more.
  void detach(child& c, child_state state);
  void set_nested(child& c, std::shared_ptr<child_table> nested);
  void count_restart(child& c);
  void move_to_end(const child_ptr& c);

  /// Calls `f` for each child in start order, under the lock that its writer takes too: `f` is
  /// short and calls nothing of this table.
  void visit(const std::function<void(const child&)>& f) const;

private:
  child_ptr append(child_ptr c);

  mutable std::mutex mutex_;
  std::list<child_ptr> order_;
  std::uint64_t instances_ = 0;
  std::unordered_map<std::string, child_ptr>
      by_id_;  ///< without instances, which are found by their actor
  std::unordered_map<caf::actor_id, child_ptr> by_actor_;
};

}  // namespace scalesmall::supervision
