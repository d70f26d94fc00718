#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ops/verbs/node_control.hpp"

namespace scalesmall {

/// What an operator should know of a node that is not as it should be.
struct finding {
  std::string subject;  ///< one word
  std::string what;
  std::string remedy;

  friend bool operator==(const finding&, const finding&) = default;
};

/// What a diagnosis looks at.
struct symptoms {
  bool loopback = false;  ///< the address of the node
  bool seals = false;
  bool accepts_plain = false;
  bool multicast = false;  ///< it is on
  bool ready = true;
  bool isolated = false;
  std::uint64_t peers = 0;
  std::uint64_t unreachable = 0;
  std::uint64_t datagrams_received = 0;
  std::uint64_t unknown_key = 0;  ///< frames refused for this reason, and so on
  std::uint64_t not_sealed = 0;
  std::uint64_t wrong_cluster = 0;
  std::uint64_t unknown_version = 0;
  std::uint64_t wrong_time = 0;
  std::uint64_t bad_seal = 0;
  std::uint64_t plain_accepted = 0;
  std::uint64_t descriptors_open = 0;
  std::uint64_t descriptors_max = 0;  ///< 0: not known
  std::uint64_t restarts = 0;
  std::string version;         ///< of this program
  neighbour_facts neighbours;  ///< with whom it cannot speak, and who is of which version
};

/// All findings, the worst first; none: nothing is wrong that a node can see.
[[nodiscard]] std::vector<finding> diagnose(const symptoms& x);

}  // namespace scalesmall
