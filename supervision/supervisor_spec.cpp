#include <scalesmall/supervision/exit_reason.hpp>
#include <scalesmall/supervision/supervisor_spec.hpp>
#include <string>
#include <unordered_set>

namespace scalesmall::supervision {

namespace {

constexpr std::size_t id_bytes_max = 255;

bool valid_id(const std::string& id) {
  return !id.empty() && id.size() <= id_bytes_max && id.find('/') == std::string::npos;
}

bool has_start(const child_spec& spec) {
  if (const auto* f = std::get_if<start_function>(&spec.start)) return static_cast<bool>(*f);
  if (const auto* f = std::get_if<init_function>(&spec.start)) return static_cast<bool>(*f);
  if (const auto* s = std::get_if<nested_spec>(&spec.start)) return *s != nullptr;
  return false;
}

bool is_nested(const child_spec& spec) {
  return std::holds_alternative<init_function>(spec.start) ||
         std::holds_alternative<nested_spec>(spec.start);
}

std::string number(std::chrono::milliseconds t) { return std::to_string(t.count()) + " ms"; }

template <class Enum>
std::string number(Enum x) {
  return std::to_string(static_cast<unsigned>(x));
}

}  // namespace

caf::error check(const child_spec& spec, auto_shutdown mode) {
  using caf::make_error;
  if (!valid_id(spec.id)) return make_error(supervisor_error::invalid_id, spec.id);
  if (!has_start(spec)) return make_error(supervisor_error::missing_start, spec.id);
  if (spec.restart > restart_type::temporary)
    return make_error(supervisor_error::invalid_restart, spec.id, number(spec.restart));
  if (spec.significant && mode == auto_shutdown::never)
    return make_error(supervisor_error::significant_without_shutdown, spec.id);
  if (spec.significant && spec.restart == restart_type::permanent)
    return make_error(supervisor_error::significant_permanent, spec.id);
  if (spec.type > child_type::supervisor || (is_nested(spec) && spec.type == child_type::worker))
    return make_error(supervisor_error::invalid_type, spec.id, number(spec.type));
  if (spec.shutdown && (spec.shutdown->how > shutdown_policy::kind::infinity ||
                        spec.shutdown->time < std::chrono::milliseconds{0}))
    return make_error(supervisor_error::invalid_shutdown, spec.id, number(spec.shutdown->time));
  if (spec.start_timeout && *spec.start_timeout <= std::chrono::milliseconds{0})
    return make_error(supervisor_error::invalid_start_timeout, spec.id,
                      number(*spec.start_timeout));
  return {};
}

caf::error check(const supervisor_spec& spec) {
  using caf::make_error;
  if (spec.strategy > restart_strategy::simple_one_for_one)
    return make_error(supervisor_error::invalid_strategy, number(spec.strategy));
  if (spec.intensity < 0)
    return make_error(supervisor_error::invalid_intensity, std::to_string(spec.intensity));
  if (spec.period <= std::chrono::milliseconds{0})
    return make_error(supervisor_error::invalid_period, number(spec.period));
  if (spec.resource_wait_max < std::chrono::milliseconds{0})
    return make_error(supervisor_error::invalid_resource_wait, number(spec.resource_wait_max));
  if (spec.shutdown_with > auto_shutdown::all_significant)
    return make_error(supervisor_error::invalid_auto_shutdown, number(spec.shutdown_with));
  if (spec.strategy == restart_strategy::simple_one_for_one && spec.children.size() != 1)
    return make_error(supervisor_error::invalid_template, std::to_string(spec.children.size()));
  if (spec.max_children == 0 || spec.children.size() > spec.max_children)
    return make_error(supervisor_error::invalid_max_children, std::to_string(spec.max_children));
  if (spec.kill_timeout < std::chrono::milliseconds{0})
    return make_error(supervisor_error::invalid_kill_timeout, number(spec.kill_timeout));
  std::unordered_set<std::string> ids;
  for (const auto& child : spec.children) {
    if (auto error = check(child, spec.shutdown_with)) return error;
    if (!ids.insert(child.id).second) return make_error(supervisor_error::duplicate_id, child.id);
  }
  return {};
}

caf::error check_tree(const supervisor_spec& spec) {
  if (auto error = check(spec)) return error;
  for (const auto& child : spec.children) {
    const auto* nested = std::get_if<nested_spec>(&child.start);
    if (nested == nullptr) continue;
    if (auto error = check_tree(**nested))
      return caf::make_error(supervisor_error::failed_to_start_child, child.id, std::move(error));
  }
  return {};
}

}  // namespace scalesmall::supervision
