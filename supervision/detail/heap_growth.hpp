#pragma once

#include <cstddef>

namespace scalesmall::supervision {

/// For who is about to allocate little by little without end. glibc grows the heap of every thread
/// but the first page by page, with a system call that holds the heap's lock; at 1.6 kB an actor
/// that was a sixth of the time of starting 100,000. Counts calls and, once in a while, lets the
/// heap grow by a block. Elsewhere it costs one allocation in 32 calls and changes nothing.
class heap_growth {
public:
  void expect_actor() noexcept;

private:
  /// Bytes; an actor with its supervisor's entry needs about 1,600. The block stays below the sizes
  /// at which glibc gives free memory back (128 KiB).
  static constexpr std::size_t block = 64 * 1024;
  static constexpr unsigned actors_per_block = 32;

  unsigned count_ = 0;
};

}  // namespace scalesmall::supervision
