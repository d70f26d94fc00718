#pragma once

#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "ops/verbs/commands.hpp"

namespace scalesmall {

/// Passes things from another thread to the thread of a command.
template <class T>
class passed_on {
public:
  void put(T x) {
    const std::lock_guard lock{mutex_};
    waiting_.push_back(std::move(x));
  }
  [[nodiscard]] std::vector<T> take() {
    const std::lock_guard lock{mutex_};
    return std::exchange(waiting_, {});
  }

private:
  std::mutex mutex_;
  std::vector<T> waiting_;
};

/// How long such a command goes on in the shell by default.
inline constexpr std::chrono::milliseconds show_default{10'000};

/// Shows each thing that another thread passes on, soon after it came, until the time of the
/// command is over. The error if the program stops meanwhile.
template <class T, class Show>
[[nodiscard]] std::optional<command_error> show_until(command_context& c, const arguments& a,
                                                      passed_on<T>& from, Show show) {
  constexpr std::chrono::milliseconds step{20};
  const auto end = c.time.now() + a.seconds.value_or(show_default);
  for (bool more = true; more;) {
    more = c.time.now() < end;
    for (const auto& x : from.take()) show(x);
    if (more && !c.time.wait_for(step))
      return command_error{command_fault::unavailable, "the program is stopping"};
  }
  return {};
}

}  // namespace scalesmall
