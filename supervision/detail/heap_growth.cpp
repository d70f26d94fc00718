#include "supervision/detail/heap_growth.hpp"

#include <cstdlib>

namespace scalesmall::supervision {

void heap_growth::expect_actor() noexcept {
  if (++count_ % actors_per_block != 0) return;
  void* volatile grown = std::malloc(block);  // volatile: a compiler may leave out the pair
  std::free(grown);
}

}  // namespace scalesmall::supervision
