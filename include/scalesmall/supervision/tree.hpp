#pragma once

#include <chrono>
#include <functional>
#include <memory>
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

struct tree_options {
  /// Told of everything that happens in the tree; a program with a logger gives that here. Empty:
  /// nobody is told.
  report_handler report = log_report;
  /// Called once when the root has ended, however it did, with its reason; on a thread of the actor
  /// system.
  std::function<void(const caf::error&)> on_end = {};
  /// Called once when the root has started all of its children, with no error, or has failed to,
  /// with the reason.
  std::function<void(const caf::error&)> on_start = {};
};

/// A supervision tree and its root. Several may run in one actor system; nothing is global. Copies
/// are the same tree. All functions may be called from any thread. Who drops the last copy leaves
/// the tree running.
class tree {
public:
  /// Starts a tree and waits until all of it runs.
  /// @param start_timeout for all of it; then it is killed and the error is
  /// supervisor_error::start_timeout
  /// @returns the tree, or why it did not start; then nothing of it is left running. An invalid
  /// specification, nested
  ///   ones included, is refused before anything starts.
  [[nodiscard]] static caf::expected<tree> start(
      caf::actor_system& system, std::string id, supervisor_spec spec, tree_options options = {},
      std::chrono::milliseconds start_timeout = std::chrono::seconds{60});

  /// Starts a tree without waiting (for tests on virtual time); `options.on_start` tells how it
  /// went.
  [[nodiscard]] static caf::expected<tree> launch(caf::actor_system& system, std::string id,
                                                  supervisor_spec spec, tree_options options = {});

  /// The same with OTP's init callback: nothing is checked before the root runs.
  [[nodiscard]] static tree launch(caf::actor_system& system, std::string id, init_function init,
                                   tree_options options = {});

  [[nodiscard]] const std::string& id() const noexcept;
  [[nodiscard]] const caf::actor& actor() const noexcept;
  /// The root's calls as functions.
  [[nodiscard]] supervisor_handle root() const;
  /// The calls of the supervisor at that path; not_running if there is none.
  [[nodiscard]] supervisor_handle supervisor(std::string_view path) const;

  /// The root and all below it in tree order. Asks no actor.
  [[nodiscard]] std::vector<tree_entry> list() const;
  /// `list` for people.
  [[nodiscard]] std::string text() const;
  /// The actor at a path such as `group_manager/chatter/peer_db`; null if there is none now.
  [[nodiscard]] caf::strong_actor_ptr find(std::string_view path) const;

  /// Makes the actor at that path throw (see `crash` in calls.hpp). @returns whether there is one
  bool crash(std::string_view path) const;

  /// Asks the root to stop and returns at once.
  void request_stop() const;
  /// Stops all children in reverse order, each with its shutdown time, and waits for the end. Not
  /// to be called from an actor of the system.
  /// @param time_limit for all of it; then the root is killed, and its children with it, without
  /// further waiting
  /// @returns whether the root ended within the time limit
  bool stop(std::chrono::milliseconds time_limit = std::chrono::seconds{30}) const;
  [[nodiscard]] bool ended() const;
  /// Why the root ended; no error while it runs, or if the reason is normal.
  [[nodiscard]] caf::error end_reason() const;

private:
  struct shared;
  explicit tree(std::shared_ptr<shared> state) : shared_(std::move(state)) {}

  std::shared_ptr<shared> shared_;
};

}  // namespace scalesmall::supervision
