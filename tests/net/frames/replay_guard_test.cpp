#include "net/frames/replay_guard.hpp"

#include <cstddef>
#include <vector>

#include <doctest/doctest.h>

#include "net/frames/seal.hpp"

using namespace scalesmall;

TEST_CASE("the memory of a replay guard is bounded") {
  constexpr std::size_t memory = 8;
  replay_guard guard{memory};
  std::vector<seal_nonce> nonces(100);
  for (auto& nonce : nonces) {
    nonce = random_nonce();
    CHECK(guard.is_new(nonce));
    CHECK_FALSE(guard.is_new(nonce));
  }
  std::size_t known = 0;
  for (auto i = nonces.rbegin(); i != nonces.rend() && !guard.is_new(*i); ++i) ++known;
  CHECK(known >= memory);
  CHECK(known <= 2 * memory);
}
