#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <scalesmall/net_id.hpp>
#include <scalesmall/time.hpp>
#include <set>
#include <string>
#include <vector>

#include "actors/topology/topology.hpp"
#include "messages/digest.hpp"

namespace scalesmall {

/// Decides when this node has heard of all that its seeds know of a group. Each seed is asked for
/// its clocks of the group (clocks_wanted), and is done with once this node holds what it answered.
/// Not thread-safe.
class readiness {
public:
  /// Between two questions to one seed.
  static constexpr std::chrono::seconds ask_period{1};
  /// After this time the seeds that answered are enough.
  static constexpr std::chrono::seconds patience{2};

  using ticket = std::uint64_t;

  /// Begins to wait.
  [[nodiscard]] ticket await(std::string group, time_point until, time_point now);

  struct question {
    net_id seed;
    std::string group;

    friend bool operator==(const question&, const question&) = default;
  };

  struct seeds {
    std::vector<net_id> known;
    bool all = true;  ///< false if the addresses of some are not known yet
  };

  /// What to ask now.
  [[nodiscard]] std::vector<question> due(const seeds& of, time_point now);

  /// A step of an exchange came from this node. True if it may be the answer to a question.
  bool heard(const net_id& sender, const digest& told);

  struct end {
    ticket of;
    bool ready;  ///< false if the time is over

    friend bool operator==(const end&, const end&) = default;
  };

  /// The waits that end now.
  [[nodiscard]] std::vector<end> take_ended(const topology& t, const seeds& of, time_point now);

  /// When due() or take_ended() has something by itself.
  [[nodiscard]] std::optional<time_point> next_due() const;

  [[nodiscard]] bool empty() const noexcept { return waits_.empty(); }

private:
  struct wait {
    std::string group;
    time_point until;
    time_point enough_at;  // from then on the seeds that answered are enough
    time_point ask_at;
    std::map<net_id, group_digest> told = {};
    std::set<net_id> done = {};
  };

  static void look_at(wait& x, const topology& t);
  [[nodiscard]] static bool is_ready(const wait& x, const seeds& of, time_point now);

  std::map<ticket, wait> waits_;
  ticket last_ = 0;
};

}  // namespace scalesmall
