#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <scalesmall/item.hpp>
#include <scalesmall/time.hpp>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace scalesmall {

/// A claim that stands only for a time, unless it is made again.
struct leased_claim {
  std::string group;
  key_range range;
  std::uint16_t port = 0;

  friend auto operator<=>(const leased_claim& a, const leased_claim& b) {
    const auto key = [](const leased_claim& x) {
      return std::tie(x.group, x.range.start_range, x.range.end_range, x.port);
    };
    return key(a) <=> key(b);
  }
  friend bool operator==(const leased_claim& a, const leased_claim& b) { return (a <=> b) == 0; }
};

/// Which claims end when. A claim is made and taken back by others, which takes time; one that is
/// made again while it is taken back has to be made once more. Not thread-safe.
class lease_table {
public:
  /// The most leases at a time.
  static constexpr std::size_t leases_max = 10'000;

  /// Whether a lease of this claim may be granted: there is room, or it has one.
  [[nodiscard]] bool has_room_for(const leased_claim& claim) const {
    return ends_.size() < leases_max || ends_.contains(claim);
  }

  /// Somebody makes the claim now; made(), made_for_good() or not_made() follows.
  void make(const leased_claim& claim) {
    making_.insert(claim);
    if (ending_.contains(claim)) remade_.insert(claim);
  }

  /// It is made, and ends then.
  void made(const leased_claim& claim, time_point end) {
    not_made(claim);
    ends_.insert_or_assign(claim, end);
  }

  /// It is made, and stands without an end.
  void made_for_good(const leased_claim& claim) {
    not_made(claim);
    forget(claim);
  }

  void not_made(const leased_claim& claim) { making_.extract(claim); }

  /// The claim was taken back.
  void forget(const leased_claim& claim) { ends_.erase(claim); }

  /// The same for all claims of a group.
  void forget(const std::string& group) {
    std::erase_if(ends_, [&](const auto& x) { return x.first.group == group; });
  }

  /// The claims that are to be taken back now; is_remade() follows for each.
  [[nodiscard]] std::vector<leased_claim> take_ended(time_point now) {
    std::vector<leased_claim> ended;
    for (auto& [claim, end] : ends_) {
      if (end > now) continue;
      end = now + patience;
      if (!making_.contains(claim)) ended.push_back(claim);
    }
    for (const auto& claim : ended) ends_.erase(claim);
    ending_.insert(ended.begin(), ended.end());
    return ended;
  }

  /// The claim has been taken back. Whether it is to be made once more, because somebody has made
  /// it meanwhile.
  [[nodiscard]] bool is_remade(const leased_claim& claim) {
    ending_.erase(claim);
    return remade_.erase(claim) != 0;
  }

  /// When the next claim ends.
  [[nodiscard]] std::optional<time_point> next_end() const {
    std::optional<time_point> next;
    for (const auto& [claim, end] : ends_) {
      if (!next || end < *next) next = end;
    }
    return next;
  }

private:
  /// For a claim that is being made when its former lease ends.
  static constexpr std::chrono::seconds patience{1};

  std::multiset<leased_claim> making_;
  std::set<leased_claim> ending_;
  std::set<leased_claim> remade_;
  std::map<leased_claim, time_point> ends_;
};

}  // namespace scalesmall
