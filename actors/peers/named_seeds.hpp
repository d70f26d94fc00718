#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <scalesmall/node_config.hpp>
#include <utility>
#include <vector>

#include "actors/peers/peer_table.hpp"

namespace scalesmall {

/// The seeds of a node, by address and by name.
struct seed_list {
  std::vector<net_id> peers;
  std::vector<node_config::named_peer> names;

  friend bool operator==(const seed_list&, const seed_list&) = default;
};

/// The seeds that a node has by name: which of them had an address, and how long to wait before
/// each is looked up again, which is 1 s, doubling to 60 s. A name that goes and comes again has
/// another number, so that answers for the former are told apart. Not thread-safe.
class named_seeds {
public:
  using number = std::size_t;
  using name = node_config::named_peer;

  struct change {
    std::vector<number> gone;
    std::vector<number> added;  ///< to be looked up
  };

  /// These are the names from now on.
  change use(const std::vector<name>& names) {
    change what;
    for (const auto& [n, x] : seeds_) {
      if (std::ranges::find(names, x.name) == names.end()) what.gone.push_back(n);
    }
    for (const auto n : what.gone) seeds_.erase(n);
    for (const auto& given : names) {
      const auto same = [&](const auto& x) { return x.second.name == given; };
      if (std::ranges::any_of(seeds_, same)) continue;
      seeds_.emplace(next_, seed{given});
      what.added.push_back(next_++);
    }
    return what;
  }

  /// The name with this number; null if it is a seed no longer.
  [[nodiscard]] const name* find(number n) const {
    const auto found = seeds_.find(n);
    return found == seeds_.end() ? nullptr : &found->second.name;
  }

  /// The wait that begins now; the next one of this name is longer. @pre find(n)
  [[nodiscard]] std::chrono::seconds next_wait(number n) {
    auto& wait = seeds_.at(n).wait;
    const auto longer = std::min<std::chrono::seconds>(2 * wait, peer_table::retry_last);
    return std::exchange(wait, longer);
  }

  /// The name had an address. @pre find(n)
  void found(number n) { seeds_.at(n).found = true; }

  [[nodiscard]] bool all_found() const {
    return std::ranges::all_of(seeds_, [](const auto& x) { return x.second.found; });
  }

private:
  struct seed {
    named_seeds::name name;
    std::chrono::seconds wait = peer_table::retry_first;
    bool found = false;
  };

  std::map<number, seed> seeds_;
  number next_ = 0;
};

}  // namespace scalesmall
