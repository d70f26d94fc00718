#pragma once

#include <memory>
#include <scalesmall/node.hpp>

#include <doctest/doctest.h>

namespace scalesmall {

/// None of the node's actors has been restarted.
inline void check_no_restarts(const node& x) {
  for (const auto& entry : x.tree()) {
    INFO(entry.path);
    CHECK(entry.restarts == 0);
  }
}

/// Ends a node in which no actor has been restarted.
struct end_undisturbed {
  void operator()(node* x) const {
    check_no_restarts(*x);
    delete x;
  }
};

/// A real node of a test that crashes nothing on purpose.
using undisturbed_node = std::unique_ptr<node, end_undisturbed>;

}  // namespace scalesmall
