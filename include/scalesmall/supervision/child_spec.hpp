#pragma once

#include <any>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <scalesmall/supervision/caf_version.hpp>
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

/// The argument of a start function. The references are valid during the call only.
struct start_context {
  caf::local_actor& parent;  ///< the supervisor; spawn the child from it
  const std::string& id;     ///< the child's id
  const std::any& argument;  ///< the argument of `start_instance`; empty for other children
  /// True if a message to the child follows at once. Spawn the child with caf::lazy_init then: CAF
  /// schedules it once instead of twice.
  bool lazily;
};

/// Spawns the child and returns its handle. A start fails if the function returns an error or
/// throws; supervisor_error::ignored is no failure: the supervisor goes on without this child. The
/// function runs in the supervisor, which does nothing else meanwhile, so it must not wait for
/// anything.
using start_function = std::function<caf::expected<caf::strong_actor_ptr>(const start_context&)>;

/// Makes the specification of a nested supervisor. Called at each start of that supervisor (OTP's
/// init callback).
using init_function = std::function<supervisor_spec()>;

/// The fixed specification of a nested supervisor. It is checked before any actor of the tree
/// starts.
using nested_spec = std::shared_ptr<const supervisor_spec>;

/// When a child counts as started.
enum class readiness : std::uint8_t {
  /// Once its make_behavior has returned; a nested supervisor: once all of its children have
  /// started.
  initialised,
  /// Once the start function has returned. For actors that answer nothing, such as blocking ones.
  spawned,
};

/// How a child is stopped.
struct shutdown_policy {
  enum class kind : std::uint8_t { brutal_kill, timed, infinity };

  kind how = kind::timed;
  std::chrono::milliseconds time{5000};  ///< before the child is killed; only for `timed`

  shutdown_policy() = default;
  shutdown_policy(std::chrono::milliseconds t) : time(t) {}  // NOLINT: a time is a policy
  explicit shutdown_policy(kind k) : how(k) {}

  friend bool operator==(const shutdown_policy&, const shutdown_policy&) = default;
};

inline const shutdown_policy brutal_kill{shutdown_policy::kind::brutal_kill};
inline const shutdown_policy infinity{shutdown_policy::kind::infinity};

/// One child of a supervisor, declared as data.
struct child_spec {
  /// Unique among its siblings; 1 to 255 bytes without `/`.
  std::string id = {};
  std::variant<std::monostate, start_function, init_function, nested_spec> start = {};
  restart_type restart = restart_type::permanent;
  /// Default: 5 s for a worker, infinity for a supervisor.
  std::optional<shutdown_policy> shutdown = {};
  child_type type = child_type::worker;
  bool significant = false;
  /// Optional handle that stays valid across restarts. The supervisor binds it to each new actor.
  stable_ref_base ref = {};
  readiness ready = readiness::initialised;
  /// Time from the call of the start function until the child is ready. After that the child is
  /// killed and the start has failed. Default: 5 s for a worker, no limit for a supervisor, because
  /// each of its workers has a limit.
  std::optional<std::chrono::milliseconds> start_timeout = {};
};

/// `spec.shutdown`, or the default of that child type.
[[nodiscard]] shutdown_policy effective_shutdown(const child_spec& spec);

/// The specification of a nested supervisor as a child: a tree declared as data.
[[nodiscard]] child_spec supervisor_child(std::string id, supervisor_spec spec);

/// The same for a specification that is made at each start.
[[nodiscard]] child_spec supervisor_child(std::string id, init_function init);

}  // namespace scalesmall::supervision
