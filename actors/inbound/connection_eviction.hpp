#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <scalesmall/time.hpp>
#include <tuple>
#include <utility>

namespace scalesmall {

/// What an incoming connection has shown of itself. Its handler writes and the listener reads.
struct connection_record {
  explicit connection_record(time_point opened_at) : used_at(opened_at) {}

  std::atomic<bool> spoke = false;    ///< it has brought a whole frame
  std::atomic<bool> reached = false;  ///< the last frame is of a peer that this node has reached
  std::atomic<time_point> used_at;    ///< when the last frame came, or the connection
};

/// Selects which incoming connection to close when there are too many: a stranger's before that of
/// a peer that was reached, then one that has not brought a whole frame, then the one that is idle
/// for longest. So hosts that open many connections do not keep others out. Not thread-safe, except
/// for the records.
class connection_eviction {
public:
  using number = std::uint64_t;  ///< of a connection; a later one has a greater number
  using record = std::shared_ptr<const connection_record>;

  connection_eviction(std::size_t open_max, std::size_t strangers_max)
      : open_max_(open_max), strangers_max_(strangers_max) {}

  void add(number which, record what) { open_.emplace(which, std::move(what)); }
  void remove(number which) { open_.erase(which); }

  [[nodiscard]] std::size_t size() const noexcept { return open_.size(); }

  /// Removes and returns the connection to close; nothing if none has to.
  [[nodiscard]] std::optional<number> take_one_to_close() {
    const auto strangers =
        std::ranges::count_if(open_, [](const auto& x) { return !x.second->reached; });
    if (open_.size() <= open_max_ && static_cast<std::size_t>(strangers) <= strangers_max_)
      return std::nullopt;
    const auto rank = [](const auto& x) {
      const connection_record& y = *x.second;
      return std::tuple{y.reached.load(), y.spoke.load(), y.used_at.load(), x.first};
    };
    const auto chosen = std::ranges::min_element(open_, {}, rank);
    const auto which = chosen->first;
    open_.erase(chosen);
    return which;
  }

private:
  std::size_t open_max_;
  std::size_t strangers_max_;
  std::map<number, record> open_;
};

}  // namespace scalesmall
