#pragma once

#include <scalesmall/group_manager.hpp>
#include <scalesmall/messages.hpp>
#include <scalesmall/subscriptions.hpp>
#include <scalesmall/testing/world.hpp>
#include <string>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <doctest/doctest.h>

#include "tests/actors/names.hpp"
#include "tests/node/undisturbed.hpp"

/// What the tests of whole nodes have in common: the world that programs test with, too.
namespace scalesmall {

using testing::wire_faults;

/// The nodes of a test. At its end, and where a node is killed, none of their actors has been
/// restarted, unless the test crashes some on purpose.
class world : public testing::world {
public:
  using testing::world::world;
  ~world() {
    for (const auto n : running()) check_restarts(n);
  }
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  void kill(std::uint8_t n) {
    check_restarts(n);
    testing::world::kill(n);
  }

  /// Crashes an actor of a node.
  bool crash(std::uint8_t n, const std::string& path) {
    expect_restarts();
    return (*this)[n].crash(path);
  }

  /// The test makes actors fail in another way.
  void expect_restarts() { crashes_ = true; }

private:
  void check_restarts(std::uint8_t n) {
    if (!crashes_) check_no_restarts((*this)[n]);
  }

  bool crashes_ = false;
};

/// How many frames a node has dropped for this reason.
inline std::uint64_t faults(const node& x, fault why) {
  return x.counts().faults[static_cast<std::size_t>(why)];
}

/// How many ranges node n knows to be served in the group.
inline std::size_t served(world& w, std::uint8_t n, const std::string& group) {
  return w[n].topology(group, op::add).size();
}

}  // namespace scalesmall
