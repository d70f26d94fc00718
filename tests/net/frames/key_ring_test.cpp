#include <algorithm>
#include <atomic>
#include <scalesmall/key_ring.hpp>
#include <scalesmall/key_store.hpp>
#include <stdexcept>
#include <thread>
#include <type_traits>

#include <doctest/doctest.h>

#include "tests/net/keys.hpp"

using namespace scalesmall;
using outcome = result<done, key_error>;

TEST_CASE("a ring has one primary key, which cannot be removed") {
  const auto a = keys::nth(1);
  const auto b = keys::nth(2);
  key_ring ring{{a, b, keys::nth(1)}};
  CHECK(ring.keys().size() == 2);
  CHECK(ring.primary() == a);
  CHECK(ring.remove(a->fingerprint()) == outcome{key_error::primary});
  CHECK(ring.use("0123456789abcdef") == outcome{key_error::unknown});
  CHECK(ring.remove("0123456789abcdef") == outcome{key_error::unknown});
  CHECK(ring.use(b->fingerprint()) == outcome{done{}});
  CHECK(ring.primary() == b);
  CHECK(ring.remove(a->fingerprint()) == outcome{done{}});
  CHECK(ring.remove(b->fingerprint()) == outcome{key_error::last});
  CHECK(ring.keys().size() == 1);
}

TEST_CASE("keys added to a ring do not become primary") {
  key_ring ring;
  CHECK(ring.primary() == nullptr);
  CHECK(ring.add({keys::nth(1), keys::nth(2)}));
  CHECK(ring.add({keys::nth(2), keys::nth(3)}));
  CHECK(ring.keys().size() == 3);
  CHECK(ring.primary() == nullptr);
  CHECK(ring.use(keys::nth(3)->fingerprint()));
  CHECK(ring.primary()->fingerprint() == keys::nth(3)->fingerprint());
}

TEST_CASE("a ring is bounded, and a refused change changes nothing") {
  std::vector<key_ptr> many;
  for (std::size_t n = 0; n < key_ring::keys_max; ++n)
    many.push_back(keys::nth(static_cast<std::uint8_t>(n)));
  key_ring ring{many};
  CHECK(ring.add({many.front()}));
  CHECK(ring.add({keys::nth(200)}) == outcome{key_error::too_many});
  CHECK(ring.keys().size() == key_ring::keys_max);
  many.push_back(keys::nth(200));
  CHECK_THROWS_AS(key_ring{many}, std::length_error);
}

TEST_CASE("readers of a store see whole rings while it changes") {
  key_store store{key_ring{{keys::nth(1)}}};
  std::atomic<bool> done{false};
  std::atomic<int> torn{0};
  std::jthread reader{[&] {
    while (!done) {
      const auto ring = store.read();
      if (std::ranges::find(ring->keys(), ring->primary()) == ring->keys().end()) ++torn;
    }
  }};
  for (std::uint8_t n = 1; n < 200; ++n) {
    CHECK(store.add({keys::nth(n + 1)}));
    CHECK(store.use(keys::nth(n + 1)->fingerprint()));
    CHECK(store.remove(keys::nth(n)->fingerprint()));
  }
  done = true;
  reader.join();
  CHECK(torn == 0);
  CHECK(store.remove(keys::nth(9)->fingerprint()) == outcome{key_error::unknown});
  CHECK(store.read()->keys().size() == 1);
}
