#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <scalesmall/net_id.hpp>
#include <scalesmall/time.hpp>

namespace scalesmall {

/// Limits the connections to peers that nobody has reached yet. Anyone can name any number of
/// addresses, and each attempt would take a descriptor here and a packet there.
///
/// - Each attempt takes a token. A peer that is reached gives it back, so a cluster that starts is
///   not slowed down. Answers have tokens of their own: a newcomer that asks does not wait for the
///   attempts at addresses that others have named.
/// - Only so many connections stand at a time. The one that was used longest ago makes room, if it
///   has been idle for a while.
///
/// Not thread-safe.
class stranger_connections {
public:
  static constexpr double tokens_per_second = 32;
  static constexpr double tokens_max = 256;
  static constexpr duration idle_time = std::chrono::seconds{1};

  enum class purpose : std::uint8_t {
    named,   ///< somebody named the address
    answer,  ///< a question came from there
  };

  explicit stranger_connections(std::size_t open_max) : open_max_(open_max) {}

  /// Whether to connect to a stranger now; if so, it counts.
  /// @param crowded_out  set to a stranger whose connection is to be closed
  [[nodiscard]] bool open(const net_id& to, time_point now, std::optional<net_id>& crowded_out,
                          purpose what = purpose::named) {
    earn(now);
    auto& tokens = tokens_[static_cast<std::size_t>(what)];
    if (tokens < 1) return false;
    if (open_.size() >= open_max_) {
      const auto idle =
          std::ranges::min_element(open_, {}, [](const auto& x) { return x.second.used_at; });
      if (idle == open_.end() || now - idle->second.used_at < idle_time) return false;
      crowded_out = idle->first;
      open_.erase(idle);
    }
    tokens -= 1;
    open_.insert_or_assign(to, connection{now, what});
    return true;
  }

  void used(const net_id& peer, time_point now) {
    if (const auto found = open_.find(peer); found != open_.end()) found->second.used_at = now;
  }

  void closed(const net_id& peer) { open_.erase(peer); }

  /// Leaves out the peers that have been reached since.
  void remove_reached(const auto& is_reached) {
    std::erase_if(open_, [&](const auto& x) {
      if (!is_reached(x.first)) return false;
      auto& tokens = tokens_[static_cast<std::size_t>(x.second.what)];
      tokens = std::min(tokens_max, tokens + 1);
      return true;
    });
  }

  [[nodiscard]] std::size_t size() const noexcept { return open_.size(); }

private:
  struct connection {
    time_point used_at;
    purpose what;
  };

  void earn(time_point now) {
    const auto seconds = std::chrono::duration<double>(now - earned_at_).count();
    for (auto& tokens : tokens_)
      tokens = std::min(tokens_max, tokens + seconds * tokens_per_second);
    earned_at_ = now;
  }

  std::size_t open_max_;
  std::array<double, 2> tokens_{tokens_max, tokens_max};  // by purpose
  time_point earned_at_{};
  std::map<net_id, connection> open_;
};

}  // namespace scalesmall
