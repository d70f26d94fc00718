#pragma once

#include <cstdint>
#include <scalesmall/actor_handles.hpp>
#include <scalesmall/call_answers.hpp>
#include <scalesmall/served_range.hpp>
#include <scalesmall/supervision/caf_version.hpp>
#include <scalesmall/timed_item.hpp>
#include <string>
#include <vector>

#include <caf/typed_actor.hpp>

/// What actors send to node::group_manager(). Each message is the call of the same name at `node`,
/// with the same errors. The messages do not travel between processes. A field `keep` says whether
/// the change is to outlive the process (scalesmall::keep).
namespace scalesmall {

/// Answered with this node's claim of the range.
struct join_group {
  std::string group;
  std::vector<net_id> peers = {};  ///< nodes to ask first
  key_range range = whole_range;   ///< the keys of which the node wants the updates
  bool keep = false;
};

/// Answered with `done`.
struct leave_group {
  std::string group;
};

/// Answered with this node's claim of op::add. The port is not 0.
struct add_item {
  std::string group;
  key_range range;
  std::uint16_t port = 0;
  bool keep = false;
};

/// Answered with this node's claims of the ranges, as a std::vector<timed_item>.
struct add_items {
  std::string group;
  std::vector<served_range> served;
  bool keep = false;
};

/// Answered in the same way.
struct set_items {
  std::string group;
  std::vector<served_range> served;
  bool keep = false;
};

/// Answered with what this node says of the range from then on: op::rmv, or op::get if it joined
/// the group with that range.
struct remove_item {
  std::string group;
  key_range range;
  std::uint16_t port = 0;
};

/// Answered with `done`.
struct include_group {
  std::string group;
  std::string inner;
};

/// Answered with `done`.
struct exclude_group {
  std::string group;
  std::string inner;
};

}  // namespace scalesmall

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::join_group)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::leave_group)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::add_item)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::add_items)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::set_items)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::remove_item)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::include_group)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::exclude_group)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::timed_item)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::vector<scalesmall::timed_item>)
