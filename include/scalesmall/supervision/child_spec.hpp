#pragma once

#include <any>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <scalesmall/supervision/child_state.hpp>
#include <scalesmall/supervision/should_restart.hpp>
#include <scalesmall/supervision/stable_ref.hpp>
#include <string>
#include <variant>

#include <caf/actor_control_block.hpp>
#include <caf/expected.hpp>
#include <caf/fwd.hpp>

namespace scalesmall::supervision {

struct supervisor_spec;

/// What a start function gets to know. The references are valid during the call only.
struct start_context {
  caf::local_actor& parent;  ///< the supervisor: spawn the child from it
  const std::string& id;     ///< the child's id
  const std::any& argument;  ///< what `start_instance` was given; else empty
  bool lazily;  ///< a message to the child follows: spawned with caf::lazy_init, it is scheduled
                ///< once instead of twice
};

/// Spawns the child and returns it, or returns an error (supervisor_error::ignored: no child, but
/// that is fine), or throws. It runs in the supervisor, which does nothing else meanwhile: it
/// spawns, it does not wait for anything.
using start_function = std::function<caf::expected<caf::strong_actor_ptr>(const start_context&)>;

/// Makes the specification of a nested supervisor, anew at each of its starts (OTP's init
/// callback).
using init_function = std::function<supervisor_spec()>;

/// A nested supervisor whose specification is fixed data, checked before anything of the tree
/// starts.
using nested_spec = std::shared_ptr<const supervisor_spec>;

/// When a child counts as started.
enum class readiness : std::uint8_t {
  initialised,  ///< when its make_behavior is done (a nested supervisor: all of its children are
                ///< started)
  spawned,      ///< when the start function has returned; for actors that answer nothing, such as
                ///< blocking ones
};

/// How a child is stopped.
struct shutdown_policy {
  enum class kind : std::uint8_t { brutal_kill, timed, infinity };

  kind how = kind::timed;
  std::chrono::milliseconds time{5000};  ///< until it is killed; only for `timed`

  shutdown_policy() = default;
  shutdown_policy(std::chrono::milliseconds t) : time(t) {}  // NOLINT: a time is a policy
  explicit shutdown_policy(kind k) : how(k) {}

  friend bool operator==(const shutdown_policy&, const shutdown_policy&) = default;
};

inline const shutdown_policy brutal_kill{shutdown_policy::kind::brutal_kill};
inline const shutdown_policy infinity{shutdown_policy::kind::infinity};

/// One child of a supervisor, declared as data.
struct child_spec {
  /// Unique among its siblings; no `/`; 1 to 255 bytes.
  std::string id = {};
  std::variant<std::monostate, start_function, init_function, nested_spec> start = {};
  restart_type restart = restart_type::permanent;
  /// Default: 5 s for a worker, infinity for a supervisor.
  std::optional<shutdown_policy> shutdown = {};
  child_type type = child_type::worker;
  bool significant = false;
  /// The name under which others reach this child, whatever incarnation of it is running.
  stable_ref_base ref = {};
  readiness ready = readiness::initialised;
  /// From the call of the start function until ready; then the child is killed and its start has
  /// failed. Default: 5 s for a worker, no limit for a supervisor (each of its workers has one).
  std::optional<std::chrono::milliseconds> start_timeout = {};
};

[[nodiscard]] shutdown_policy effective_shutdown(const child_spec& spec);

/// A nested supervisor as a child: the tree declared as data.
[[nodiscard]] child_spec supervisor_child(std::string id, supervisor_spec spec);

/// The same with the specification made anew at each start.
[[nodiscard]] child_spec supervisor_child(std::string id, init_function init);

}  // namespace scalesmall::supervision
