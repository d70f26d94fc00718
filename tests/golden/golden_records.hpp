#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "messages/gossip.hpp"
#include "net/frames/seal.hpp"

namespace scalesmall::golden {

/// A golden frame: this record as it looks on the wire of this cluster, kept in the file NAME.hex.
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

/// When sealed frames were sealed, since 1970.
inline constexpr std::chrono::milliseconds sealed_at{1'763'793'600'250};

/// All golden frames, one per file.
[[nodiscard]] std::vector<golden> all();

/// The record in words, one fact a line. Of a large record only how much it holds.
[[nodiscard]] std::string describe(const gossip& x);

}  // namespace scalesmall::golden
