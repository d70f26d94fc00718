#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <scalesmall/net_id.hpp>
#include <scalesmall/time.hpp>
#include <set>
#include <utility>
#include <vector>

#include "messages/limits.hpp"

namespace scalesmall {

/// The multicasts whose senders are still to be told that their batch was dealt with. Those of one
/// sender within a short time are told together. Not thread-safe.
class owed_acknowledgements {
public:
  static constexpr duration window = std::chrono::milliseconds{2};

  struct owed {
    net_id to;
    std::vector<std::uint64_t> numbers;  ///< ascending
  };

  void note(const net_id& to, std::uint64_t number, time_point now) {
    auto& x = owed_.try_emplace(to, entry{now + window, {}}).first->second;
    if (x.numbers.size() < limits::acknowledged_max) x.numbers.insert(number);
  }

  /// The acknowledgements that are to be sent by now.
  [[nodiscard]] std::vector<owed> due(time_point now) {
    std::vector<owed> all;
    std::erase_if(owed_, [&](const auto& x) {
      if (x.second.due > now) return false;
      all.push_back({x.first, {x.second.numbers.begin(), x.second.numbers.end()}});
      return true;
    });
    return all;
  }

  [[nodiscard]] std::optional<time_point> next_due() const {
    std::optional<time_point> next;
    for (const auto& [to, x] : owed_) {
      if (!next || x.due < *next) next = x.due;
    }
    return next;
  }

private:
  struct entry {
    time_point due;
    std::set<std::uint64_t> numbers;
  };

  std::map<net_id, entry> owed_;
};

}  // namespace scalesmall
