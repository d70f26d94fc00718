#include "actors/messaging/batch_handling.hpp"

#include <doctest/doctest.h>

#include "tests/actors/names.hpp"

using namespace scalesmall;
using names::nth;

namespace {

const batch_identity which{application_batch{{nth(2), 7}, "g", "chat", {1}, {'a'}}};

using state = batch_handling::state;
using jobs = std::vector<job_key>;

}  // namespace

TEST_CASE("a batch is handled once, and all hops that brought it wait for that") {
  batch_handling x;
  CHECK(x.note(which, 1) == state::unknown);
  CHECK(x.note(which, 2) == state::begun);
  CHECK(x.given(which, 2).empty());
  CHECK(x.handled(which).empty());
  CHECK(x.note(which, 3) == state::begun);
  CHECK(x.handled(which) == jobs{1, 2, 3});
  CHECK(x.note(which, 4) == state::handled);
}

TEST_CASE("a batch that nobody handles counts as handled") {
  batch_handling x;
  CHECK(x.note(which, 1) == state::unknown);
  CHECK(x.given(which, 0) == jobs{1});
  CHECK(x.note(which, 2) == state::handled);
}
