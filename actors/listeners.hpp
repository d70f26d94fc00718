#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <scalesmall/registration.hpp>
#include <utility>

namespace scalesmall {

/// Functions that are told of something, which may come and go meanwhile. They run on the thread of
/// the teller; they must neither block nor throw, nor call this object. Any thread.
template <class... What>
class listeners {
public:
  using listener = std::function<void(const What&...)>;

  void tell(const What&... what) const {
    const std::lock_guard lock{content_->mutex};
    for (const auto& [number, f] : content_->all) f(what...);
  }

  /// Calls a function until the registration ends, which may be later than the end of this object.
  [[nodiscard]] registration add(listener f) {
    const std::lock_guard lock{content_->mutex};
    const auto number = ++content_->last;
    content_->all.emplace(number, std::move(f));
    return registration{[content = content_, number] {
      const std::lock_guard ending{content->mutex};
      content->all.erase(number);
    }};
  }

private:
  struct content {
    std::mutex mutex;  // held while the functions run
    std::uint64_t last = 0;
    std::map<std::uint64_t, listener> all;
  };

  std::shared_ptr<content> content_ = std::make_shared<content>();
};

}  // namespace scalesmall
