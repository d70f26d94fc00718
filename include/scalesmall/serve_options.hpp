#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <scalesmall/item.hpp>
#include <scalesmall/net_id.hpp>
#include <string>
#include <vector>

namespace scalesmall {

/// When nodes that choose themselves what they serve act. All nodes of a group should have the
/// same.
struct assignment_timing {
  /// A plan counts once its members have been the same for so long, and none of them is suspect.
  std::chrono::milliseconds settle{2'000};
  /// Members that change all the time, or stay suspect, hold a plan up for so long at most.
  std::chrono::milliseconds settle_most{10'000};
  /// A range that nobody reachable serves is taken up after so long, if its owner said that it
  /// stops, or its host refuses connections.
  std::chrono::milliseconds cover_refused{1'000};
  /// The same if the owner is silent: it may serve on, unreachable for some. A node that stood
  /// still for so long gives up what it serves.
  std::chrono::milliseconds cover_silent{10'000};
  /// A member that is unreachable, or has restarted, keeps its place in the plan for so long.
  std::chrono::milliseconds repair{60'000};
  /// A node takes part once it has run for so long, if others serve already.
  std::chrono::milliseconds enter{10'000};
  /// If nobody serves yet, it takes part when for so long nobody has come,
  std::chrono::milliseconds first_quiet{3'000};
  /// and at the latest after so long.
  std::chrono::milliseconds first_most{30'000};

  friend bool operator==(const assignment_timing&, const assignment_timing&) = default;
};

/// How a node is to serve a group by plan.
struct serve_options {
  std::uint16_t port = 0;       ///< where the program serves; not 0
  std::uint32_t capacity = 1;   ///< 1..65,535: what it takes, compared with others
  std::uint32_t replicas = 1;   ///< 1..255 owners of each range; the same at all nodes
  std::uint32_t slots = 1'024;  ///< ranges: a power of two, at most 4,096; the same at all nodes
  std::string zone = {};        ///< such as a rack; empty: it shares its zone with nobody
  std::uint32_t expect = 0;     ///< while nobody serves: wait for so many members
  assignment_timing timing = {};

  friend bool operator==(const serve_options&, const serve_options&) = default;
};

/// Who is to serve what in a group, and how far it is done, as one node sees it.
struct group_plan {
  struct member {
    net_id id;
    std::uint32_t zone = 0;  ///< key_of its name; 0: none
    std::uint32_t capacity = 1;
    std::size_t planned = 0;  ///< slots that it is to serve
    std::size_t serving = 0;  ///< slots that it claims to serve
    std::size_t loading = 0;

    friend bool operator==(const member&, const member&) = default;
  };

  /// Members that take part with other settings. They take nothing up.
  struct other {
    std::uint32_t replicas = 1;
    std::uint32_t slots = 1'024;
    std::vector<net_id> members = {};

    friend bool operator==(const other&, const other&) = default;
  };

  /// A member that loads a slot.
  struct load {
    key_range range;
    net_id member;

    friend auto operator<=>(const load&, const load&) = default;
  };

  std::uint32_t replicas = 1;
  std::uint32_t slots = 1'024;
  std::vector<member> members = {};  ///< that are reachable, ascending
  std::size_t to_take_up = 0;        ///< owners that slots lack by the plan
  std::size_t to_give_up = 0;        ///< owners that slots have beside the plan
  std::size_t uncovered = 0;         ///< slots that no reachable member serves
  /// Slots that fewer reachable members serve than there are to be replicas.
  std::size_t under_replicated = 0;
  std::vector<other> others = {};
  std::vector<load> loads = {};  ///< of reachable members, ascending

  friend bool operator==(const group_plan&, const group_plan&) = default;
};

}  // namespace scalesmall
