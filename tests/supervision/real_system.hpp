#pragma once

#include <cstddef>
#include <scalesmall/supervision/tree.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include "tests/supervision/workers.hpp"

namespace scalesmall::supervision {

/// CAF's real scheduler, for tests of what blocks and of threads that are no actors.
struct real_system {
  caf::actor_system_config config;
  caf::actor_system system{tuned(config)};

  static caf::actor_system_config& tuned(caf::actor_system_config& c) {
    c.set("scheduler.policy", caf::atom("sharing"));
    return c.set("scheduler.max-threads", std::size_t{4});
  }
};

inline supervisor_spec two_workers() {
  supervisor_spec spec;
  spec.children.push_back({.id = "a", .start = start_shell<test_worker>()});
  supervisor_spec low;
  low.children.push_back({.id = "b", .start = start_shell<test_worker>()});
  spec.children.push_back(supervisor_child("low", low));
  return spec;
}

}  // namespace scalesmall::supervision
