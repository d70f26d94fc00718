#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <scalesmall/supervision/caf_version.hpp>
#include <scalesmall/supervision/listing.hpp>
#include <scalesmall/supervision/report.hpp>
#include <scalesmall/supervision/supervisor_handle.hpp>
#include <scalesmall/supervision/supervisor_spec.hpp>
#include <string>
#include <string_view>
#include <vector>

#include <caf/actor.hpp>
#include <caf/expected.hpp>
#include <caf/fwd.hpp>

namespace scalesmall::supervision {

class child_table;

namespace detail {
class running_instances;
}

struct tree_options {
  /// Gets a report of every event in the tree. Empty: no reports.
  report_handler report = log_report;
  /// Called once with the exit reason when the root has ended, for whatever reason; usually on a
  /// thread of the actor system.
  std::function<void(const caf::error&)> on_end = {};
  /// Called once: without an error when the root has started all of its children, or with the exit
  /// reason when the root has ended before that. Usually on a thread of the actor system.
  std::function<void(const caf::error&)> on_start = {};
};

/// A supervision tree. Several trees may run in one actor system; there is no global state. Copies
/// denote the same tree. All functions are thread-safe. The tree keeps running when its last `tree`
/// object is destroyed. The actor system must outlive all copies.
class tree {
public:
  /// Starts a tree and waits until all of it runs. Not to be called from an actor of the system.
  /// @param start_timeout for the whole start; then the tree is killed and the error is
  ///   supervisor_error::start_timeout
  /// @returns the tree, or the reason why it did not start. After a time-out the killed actors end
  ///   a little later; after any other error no actor of the tree is left. An invalid
  ///   specification, nested ones included, is refused before any actor starts.
  [[nodiscard]] static caf::expected<tree> start(
      caf::actor_system& system, std::string id, supervisor_spec spec, tree_options options = {},
      std::chrono::milliseconds start_timeout = std::chrono::seconds{60});

  /// Starts a tree without waiting (for tests on virtual time); `options.on_start` gets the
  /// outcome.
  [[nodiscard]] static caf::expected<tree> launch(caf::actor_system& system, std::string id,
                                                  supervisor_spec spec, tree_options options = {});

  /// The same with OTP's init callback. The specification is checked in the first turn of the root.
  [[nodiscard]] static tree launch(caf::actor_system& system, std::string id, init_function init,
                                   tree_options options = {});

  [[nodiscard]] const std::string& id() const noexcept;
  [[nodiscard]] const caf::actor& actor() const noexcept;
  /// The requests of the root as functions.
  [[nodiscard]] supervisor_handle root() const;
  /// The requests of the supervisor at that path. Its calls fail with fault::not_running if there
  /// is none.
  [[nodiscard]] supervisor_handle supervisor(std::string_view path) const;

  /// The root and all children below it in tree order. Asks no actor.
  [[nodiscard]] std::vector<tree_entry> list() const;
  /// `list` as text, one line for each entry.
  [[nodiscard]] std::string text() const;
  /// The actor at a path such as `group_manager/chatter/peer_db`; null if there is none now.
  [[nodiscard]] caf::strong_actor_ptr find(std::string_view path) const;

  /// Makes the actor at that path throw (see `crash` in calls.hpp).
  /// @returns whether there is such an actor
  bool crash(std::string_view path) const;

  /// Asks the root to stop and returns at once.
  void request_stop() const;
  /// Stops all children in reverse order, each with its shutdown time, and waits for the end. Not
  /// to be called from an actor of the system.
  /// @param time_limit for the whole stop; then the root is killed together with its children, and
  ///   the call returns without further waiting
  /// @returns whether the root ended within the time limit
  bool stop(std::chrono::milliseconds time_limit = std::chrono::seconds{30}) const;
  [[nodiscard]] bool ended() const;
  /// The exit reason of the root; no error while it runs or if the reason is normal.
  [[nodiscard]] caf::error end_reason() const;

private:
  friend class detail::running_instances;
  struct shared;
  explicit tree(std::shared_ptr<shared> state) : shared_(std::move(state)) {}

  /// The children of the supervisor at that path; null if there is none now.
  [[nodiscard]] std::shared_ptr<const child_table> table_at(std::string_view path) const;

  std::shared_ptr<shared> shared_;
};

}  // namespace scalesmall::supervision
