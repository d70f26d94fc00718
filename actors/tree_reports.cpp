#include "actors/tree_reports.hpp"

#include <algorithm>
#include <scalesmall/supervision/exit_reason.hpp>

namespace scalesmall {

namespace {

bool is_failure(supervision::report::kind x) {
  using kind = supervision::report::kind;
  return x == kind::failed || x == kind::start_failed || x == kind::stop_failed ||
         x == kind::stuck || x == kind::gave_up;
}

}  // namespace

void tree_reports::tell(const supervision::report& what, std::chrono::nanoseconds now) {
  if (is_failure(what.what)) {
    const std::lock_guard lock{mutex_};
    failures_.insert_or_assign(what.path, actor_failure{supervision::describe(what.reason), now});
    if (failures_.size() > failures_max) {
      failures_.erase(
          std::ranges::min_element(failures_, {}, [](const auto& x) { return x.second.at; }));
    }
  }
  listeners_.tell(what);
}

std::map<std::string, actor_failure> tree_reports::failures() const {
  const std::lock_guard lock{mutex_};
  return failures_;
}

}  // namespace scalesmall
