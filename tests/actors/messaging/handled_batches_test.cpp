#include "actors/messaging/handled_batches.hpp"

#include <doctest/doctest.h>

#include "tests/actors/names.hpp"

using namespace scalesmall;
using names::nth;

namespace {

batch_identity batch(std::uint8_t origin, std::uint64_t n, bytes content = {1}) {
  const auto size = static_cast<std::uint32_t>(content.size());
  return batch_identity{{{nth(origin), n}, "g", "tag", {size}, std::move(content)}};
}

}  // namespace

TEST_CASE("a window knows what it was told, in any order") {
  handled_batches x;
  CHECK(!x.knows(batch(1, 5)));
  x.note(batch(1, 5));
  x.note(batch(1, 5));
  x.note(batch(1, 3));
  CHECK(x.knows(batch(1, 5)));
  CHECK(x.knows(batch(1, 3)));
  CHECK(!x.knows(batch(1, 4)));
  CHECK(!x.knows(batch(2, 5)));
}

TEST_CASE("a batch under the number of another, or far ahead of it, is another") {
  handled_batches x;
  x.note(batch(1, 5, {6, 6, 6}));
  x.note(batch(1, UINT64_MAX));
  CHECK(!x.knows(batch(1, 5)));
  CHECK(!x.knows(batch(1, 6)));
  const application_batch all{{nth(1), 5}, "g", "tag", {2, 1}, {1, 2, 3}};
  x.note(batch_identity{all});
  for (const auto change : std::initializer_list<void (*)(application_batch&)>{
           [](auto& y) { y.group = "h"; }, [](auto& y) { y.tag = "other"; },
           [](auto& y) {
             y.sizes = {1, 2};
           },
           [](auto& y) { y.content[2] = 4; }}) {
    auto other = all;
    change(other);
    CHECK(!x.knows(batch_identity{other}));
  }
}

TEST_CASE("of very many batches the oldest are forgotten") {
  handled_batches x;
  for (std::size_t n = 0; n <= handled_batches::batches_max; ++n) x.note(batch(1, n));
  CHECK(!x.knows(batch(1, 0)));
  CHECK(x.knows(batch(1, 1)));
  CHECK(x.knows(batch(1, handled_batches::batches_max)));
}
