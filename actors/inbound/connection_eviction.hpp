#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>

namespace scalesmall {

/// The connections that others have opened to this node, so that it knows which to close when there
/// are too many: the oldest that has brought nothing whole, or if all have, the oldest. So who
/// opens many and says nothing does not keep others out. One owner, but for what the flags say.
class connection_eviction {
public:
  using number = std::uint64_t;  ///< greater, the later it was opened

  /// Set, by any thread, once the connection has brought a whole frame.
  using spoke_flag = std::shared_ptr<const std::atomic<bool>>;

  void add(number which, spoke_flag spoke) { open_.emplace(which, std::move(spoke)); }
  void remove(number which) { open_.erase(which); }

  [[nodiscard]] std::size_t size() const noexcept { return open_.size(); }

  /// Whom to close for another; it is not named again. Nothing if there is none.
  [[nodiscard]] std::optional<number> take_one_to_close() {
    auto chosen = open_.begin();
    for (auto i = open_.begin(); i != open_.end(); ++i) {
      if (*i->second) continue;
      chosen = i;
      break;
    }
    if (chosen == open_.end()) return std::nullopt;
    const auto which = chosen->first;
    open_.erase(chosen);
    return which;
  }

private:
  std::map<number, spoke_flag> open_;
};

}  // namespace scalesmall
