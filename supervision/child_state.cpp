#include <scalesmall/supervision/child_state.hpp>

namespace scalesmall::supervision {

std::string to_string(child_state x) {
  switch (x) {
    case child_state::stopped:
      return "stopped";
    case child_state::starting:
      return "starting";
    case child_state::running:
      return "running";
    case child_state::restarting:
      return "restarting";
    case child_state::stopping:
      return "stopping";
  }
  return "unknown";
}

}  // namespace scalesmall::supervision
