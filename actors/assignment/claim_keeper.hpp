#pragma once

#include <cstdint>
#include <optional>
#include <scalesmall/served_range.hpp>
#include <set>
#include <string>
#include <vector>

#include "actors/assignment/plan_records.hpp"

namespace scalesmall {

/// Which claims this node is to make, or to take back, so that its rows say what it does in one
/// group that it serves by plan. Claims that a person made are left alone.
///
/// Not thread-safe.
class claim_keeper {
public:
  claim_keeper(std::string group, const plan_settings& settings, std::uint16_t port)
      : group_(std::move(group)), settings_(settings), port_(port) {}

  /// Slots that this node claims since a former life of this object; and whether it takes part.
  struct standing {
    std::vector<std::uint32_t> slots = {};
    bool takes_part = false;
  };
  [[nodiscard]] standing resume(const topology& t);

  void note(const slot_effects::claimed& x);
  /// Nothing is to be claimed any more.
  void give_up_all();

  struct changes {
    bool join_group = false;
    bool join_plan = false;
    std::optional<std::vector<served_range>> plan = {};  ///< exactly these, in the plan's group
    std::vector<served_range> add = {};
    std::vector<served_range> remove = {};

    [[nodiscard]] bool none() const {
      return !join_group && !join_plan && !plan && add.empty() && remove.empty();
    }
    friend bool operator==(const changes&, const changes&) = default;
  };

  /// @param me as which it is to take part; nothing: it is not
  [[nodiscard]] changes compare(const topology& t, const std::optional<plan_member>& me);

  /// Whether this node has left the group after it was in it.
  [[nodiscard]] bool has_left(const topology& t) const;

private:
  /// The ranges that this node claims to serve in a group.
  [[nodiscard]] static std::vector<served_range> claimed(const topology& t, std::string_view group);

  std::string group_;
  plan_settings settings_;
  std::uint16_t port_;
  bool joined_ = false;
  bool ended_ = false;
  std::set<std::uint32_t> loading_;
  std::set<std::uint32_t> serving_;
  std::set<std::uint32_t> withdrawn_;  // until the claim is gone
};

}  // namespace scalesmall
