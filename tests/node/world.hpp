#pragma once

#include <scalesmall/group_manager.hpp>
#include <scalesmall/messages.hpp>
#include <scalesmall/subscriptions.hpp>
#include <scalesmall/testing/world.hpp>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <doctest/doctest.h>

#include "tests/actors/names.hpp"

/// What the tests of whole nodes have in common: the world that programs test with, too.
namespace scalesmall {

using testing::wire_faults;
using testing::world;

/// How many frames a node has dropped for this reason.
inline std::uint64_t faults(const node& x, fault why) {
  return x.counts().faults[static_cast<std::size_t>(why)];
}

/// How many ranges node n knows to be served in the group.
inline std::size_t served(world& w, std::uint8_t n, const std::string& group) {
  return w[n].topology(group, op::add).size();
}

}  // namespace scalesmall
