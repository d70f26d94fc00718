#include "actors/tree_reports.hpp"

#include <algorithm>
#include <scalesmall/supervision/exit_reason.hpp>
#include <utility>

namespace scalesmall {

namespace {

bool is_failure(supervision::report::kind x) {
  using kind = supervision::report::kind;
  return x == kind::failed || x == kind::start_failed || x == kind::stop_failed ||
         x == kind::stuck || x == kind::gave_up;
}

}  // namespace

void tree_reports::tell(const supervision::report& what, std::chrono::nanoseconds now) {
  const std::lock_guard lock{content_->mutex};
  if (is_failure(what.what)) {
    auto& failures = content_->failures;
    failures.insert_or_assign(what.path, actor_failure{supervision::describe(what.reason), now});
    if (failures.size() > failures_max)
      failures.erase(
          std::ranges::min_element(failures, {}, [](const auto& x) { return x.second.at; }));
  }
  for (const auto& [number, listener] : content_->listeners) listener(what);
}

std::map<std::string, actor_failure> tree_reports::failures() const {
  const std::lock_guard lock{content_->mutex};
  return content_->failures;
}

registration tree_reports::listen(supervision::report_handler f) {
  const std::lock_guard lock{content_->mutex};
  const auto number = ++content_->last_listener;
  content_->listeners.emplace(number, std::move(f));
  return registration{[content = content_, number] {
    const std::lock_guard ending{content->mutex};
    content->listeners.erase(number);
  }};
}

}  // namespace scalesmall
