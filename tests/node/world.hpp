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

}  // namespace scalesmall
