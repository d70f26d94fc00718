#pragma once

#include <cstdint>
#include <map>
#include <scalesmall/item.hpp>
#include <set>
#include <string>
#include <utility>

namespace scalesmall::simulation {

/// What a node claims by its accepted calls: the rules of the calls, written down a second time and
/// without clocks, to check the topology against.
class journal {
public:
  /// What is claimed of a range, and the port.
  using claim = std::pair<op, std::uint16_t>;
  using claims = std::map<key_range, claim>;

  void joined(const std::string& group, key_range range = whole_range);
  void added(const std::string& group, key_range range, std::uint16_t port);
  void removed(const std::string& group, key_range range);
  void left(const std::string& group) {
    groups_.erase(group);
    joined_.erase(group);
  }

  [[nodiscard]] bool is_in(const std::string& group) const { return groups_.contains(group); }
  [[nodiscard]] const std::map<std::string, claims>& groups() const noexcept { return groups_; }

private:
  std::map<std::string, claims> groups_;
  std::map<std::string, std::set<key_range>> joined_;  // the ranges that each was joined with
};

}  // namespace scalesmall::simulation
