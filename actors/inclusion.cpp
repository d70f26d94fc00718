#include <scalesmall/group_manager.hpp>
#include <scalesmall/node.hpp>
#include <string>

#include "actors/ask.hpp"
#include "actors/node_access.hpp"

namespace scalesmall {

result<done, call_error> node::include(const std::string& group, const std::string& inner,
                                       std::chrono::milliseconds limit) {
  return ask<done>(node_access::system(*this), group_manager(), include_group{group, inner}, limit);
}

result<done, call_error> node::exclude(const std::string& group, const std::string& inner,
                                       std::chrono::milliseconds limit) {
  return ask<done>(node_access::system(*this), group_manager(), exclude_group{group, inner}, limit);
}

}  // namespace scalesmall
