#pragma once

#include <condition_variable>
#include <mutex>
#include <scalesmall/node.hpp>
#include <string>

#include <doctest/doctest.h>

#include "tests/support/await.hpp"

namespace scalesmall {

/// Waits until the condition holds, which it may as soon as the node has learned of a change of the
/// group. False at the limit. The node runs on real threads.
template <class Condition>
[[nodiscard]] bool comes_to_hold(node& x, const std::string& group, Condition condition) {
  std::mutex mutex;
  std::condition_variable changed;
  const auto watching = x.subscribe(group, [&](const group_update&) {
    const std::lock_guard lock{mutex};
    changed.notify_one();
  });
  REQUIRE(watching);
  std::unique_lock lock{mutex};
  return changed.wait_for(lock, await_limit, condition);
}

/// The same; the test fails at the limit and says what it waited for.
template <class Condition>
void await_group(node& x, const std::string& group, const char* what, Condition condition) {
  REQUIRE_MESSAGE(comes_to_hold(x, group, condition), "waited in vain: ", what);
}

inline void await_members(node& x, const std::string& group, std::size_t count) {
  await_group(x, group, "members", [&] { return x.members(group).size() >= count; });
}

}  // namespace scalesmall
