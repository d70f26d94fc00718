#include <scalesmall/supervision/child_spec.hpp>
#include <scalesmall/supervision/supervisor_spec.hpp>
#include <utility>

namespace scalesmall::supervision {

shutdown_policy effective_shutdown(const child_spec& spec) {
  if (spec.shutdown) return *spec.shutdown;
  return spec.type == child_type::supervisor ? infinity : shutdown_policy{};
}

child_spec supervisor_child(std::string id, supervisor_spec spec) {
  child_spec child;
  child.id = std::move(id);
  child.start = std::make_shared<const supervisor_spec>(std::move(spec));
  child.type = child_type::supervisor;
  return child;
}

child_spec supervisor_child(std::string id, init_function init) {
  child_spec child;
  child.id = std::move(id);
  child.start = std::move(init);
  child.type = child_type::supervisor;
  return child;
}

}  // namespace scalesmall::supervision
