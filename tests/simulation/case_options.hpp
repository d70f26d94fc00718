#pragma once

#include <cstddef>
#include <cstdint>
#include <scalesmall/result.hpp>
#include <string>
#include <vector>

namespace scalesmall::simulation {

/// Which nodes hear each other's multicast.
enum class multicast_mode : std::uint8_t {
  off,
  on,           ///< all nodes are in one subnet
  one_way,      ///< one subnet, of which every other node is deaf
  two_subnets,  ///< every other node is in the second
};

/// One case of the simulator.
struct case_options {
  std::string kind = "mixed";
  std::size_t nodes = 30;
  std::uint64_t seed = 1;
  double loss = 0;         ///< of each message, 0..1
  double duplication = 0;  ///< of each message, 0..1
  multicast_mode multicast = multicast_mode::off;
  std::size_t changes = 20;
  std::size_t members =
      100;  ///< at most, of the group of nodes that have known each other for long
  double seconds = 60;
  bool bytes = false;  ///< count them
  bool wire = false;   ///< encode and decode each message
  bool apart = false;  ///< each host has a steady clock of its own, so nodes do not tick together

  friend bool operator==(const case_options&, const case_options&) = default;
};

/// Options as the program has them: `--nodes 30 --loss 0.2 --multicast on --bytes`; or what is
/// wrong with them, in one sentence.
[[nodiscard]] result<case_options, std::string> parse_options(
    const std::vector<std::string>& words);

/// The command that replays a case: `simulate` and the options that differ from their defaults.
[[nodiscard]] std::string command_of(const case_options& options);

/// What the options are, for people.
[[nodiscard]] std::string options_help();

}  // namespace scalesmall::simulation
