#include <scalesmall/supervision/restart_plan.hpp>
#include <stdexcept>

namespace scalesmall::supervision {

restart_plan plan_restart(restart_strategy strategy, std::span<const restart_type> children,
                          std::size_t failed) {
  if (failed >= children.size()) throw std::out_of_range("plan_restart: no such child");
  std::size_t first = failed;
  std::size_t last = failed + 1;
  if (strategy == restart_strategy::one_for_all) first = 0;
  if (strategy == restart_strategy::one_for_all || strategy == restart_strategy::rest_for_one)
    last = children.size();

  restart_plan plan;
  for (std::size_t i = last; i-- > first;) {
    if (i != failed) plan.stop.push_back(i);
    if (i != failed && children[i] == restart_type::temporary) plan.drop.push_back(i);
  }
  for (std::size_t i = first; i < last; ++i) {
    if (i == failed || children[i] != restart_type::temporary) plan.start.push_back(i);
  }
  return plan;
}

}  // namespace scalesmall::supervision
