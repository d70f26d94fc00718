#include "supervision/detail/heap_growth.hpp"

#include <cstdlib>

namespace scalesmall::supervision {

void heap_growth::expect_actor() noexcept {
  if (++count_ % actors_per_block != 0) return;
  // The compiler may drop a malloc that is freed at once; volatile prevents that.
  void* volatile grown = std::malloc(block);
  std::free(grown);
}

}  // namespace scalesmall::supervision
