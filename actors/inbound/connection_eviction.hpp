#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>

namespace scalesmall {

/// Selects which incoming connection to close when there are too many: the oldest that has not
/// brought a whole frame or, if all have, the oldest. So a host that opens many connections and
/// sends nothing does not keep others out. Not thread-safe, except for the flags.
class connection_eviction {
public:
  using number = std::uint64_t;  ///< of a connection; a later one has a greater number

  /// Set, by any thread, once the connection has brought a whole frame.
  using spoke_flag = std::shared_ptr<const std::atomic<bool>>;

  void add(number which, spoke_flag spoke) { open_.emplace(which, std::move(spoke)); }
  void remove(number which) { open_.erase(which); }

  [[nodiscard]] std::size_t size() const noexcept { return open_.size(); }

  /// Removes and returns the connection to close; nothing if there is none.
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
