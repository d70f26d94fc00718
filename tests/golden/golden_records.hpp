#pragma once

#include <string>
#include <vector>

#include "messages/gossip.hpp"
#include "net/frames/seal.hpp"

namespace scalesmall::golden {

/// A frame that stands for ever in a file of this name: what this record looks like on the wire of
/// this cluster.
struct golden {
  std::string name;
  std::string what;
  std::string cluster;
  gossip record;
  bool sealed = false;  ///< with sealing_key() and nonce()
};

/// The bytes 0, 1, 2, ... 31.
[[nodiscard]] key_ptr sealing_key();

/// The bytes 0x40, 0x41, ... 0x57.
[[nodiscard]] seal_nonce nonce();

[[nodiscard]] std::vector<golden> all();

/// The record in words, one fact a line; of a large one only how much it holds.
[[nodiscard]] std::string describe(const gossip& x);

}  // namespace scalesmall::golden
