#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <scalesmall/supervision/actor_shell.hpp>
#include <string>
#include <utility>

#include <caf/event_based_actor.hpp>
#include <caf/typed_actor.hpp>

#include "supervision/detail/exit_signal.hpp"

namespace scalesmall::supervision {

/// Answers `get` with its actor id.
using echo = caf::typed_actor<caf::replies_to<caf::get_atom>::with<std::uint64_t>>;

struct test_worker {
  using handle = echo;
  static constexpr const char* name = "test_worker";

  explicit test_worker(shell_pointer<echo> actor) : self(actor) {}
  echo::behavior_type make_behavior() {
    return {[this](caf::get_atom) { return self->id(); }};
  }

  shell_pointer<echo> self;
};

/// Runs a function in its first turn, then behaves as test_worker.
struct hooked_worker {
  using handle = echo;
  static constexpr const char* name = "hooked_worker";
  using hook = std::function<void(shell_pointer<echo>)>;

  hooked_worker(shell_pointer<echo> actor, const hook& f) : self(actor) { f(self); }
  echo::behavior_type make_behavior() {
    return {[this](caf::get_atom) { return self->id(); }};
  }

  shell_pointer<echo> self;
};

[[nodiscard]] inline start_function start_hooked(hooked_worker::hook f) {
  return start_shell<hooked_worker>(std::move(f));
}

inline void kill(const caf::strong_actor_ptr& a) {
  signal_exit(a, caf::make_error(caf::exit_reason::kill));
}

}  // namespace scalesmall::supervision
