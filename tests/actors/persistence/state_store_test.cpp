#include "actors/persistence/state_store.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>

#include "actors/persistence/state_names.hpp"
#include "tests/actors/names.hpp"
#include "tests/support/temporary_directory.hpp"

using namespace scalesmall;
using names::nth;

namespace {

constexpr std::chrono::seconds store_time{1'800'000'000};

own_state kept_state(std::uint16_t port) {
  own_state x{nth(1), "m", {}, 7, store_time, {}, {}};
  x.kept["g"] = {{whole_range}, {{{0, 9}, port}}};
  return x;
}

}  // namespace

TEST_CASE("a store writes on a thread of its own, in the order of the calls") {
  const temporary_directory around;
  std::vector<std::error_code> outcomes;
  {
    state_store store{around / "state"};
    REQUIRE_FALSE(store.lock());
    for (std::uint16_t port = 1; port <= 20; ++port) {
      store.write_later(
          self_file, [port] { return to_text(kept_state(port)); },
          [&](std::error_code x) { outcomes.push_back(x); });
    }
    store.close();
    store.write_later(
        self_file, [] { return std::string{}; }, [&](std::error_code x) { outcomes.push_back(x); });
  }
  REQUIRE(outcomes.size() == 21);
  CHECK(std::count(outcomes.begin(), outcomes.end(), std::error_code{}) == 20);
  CHECK(outcomes.back() == std::errc::operation_canceled);

  state_store again{around / "state"};
  REQUIRE_FALSE(again.lock());
  const auto plan = again.read({nth(1), "m", {}, {}}, store_time, std::chrono::hours{1});
  CHECK(plan.kept == kept_state(20).kept);
  CHECK(plan.warnings.empty());
}

TEST_CASE("a damaged file is there under another name once the store has read it") {
  const temporary_directory around;
  std::ofstream{around / "self"} << "what?";
  state_store store{around.path()};
  const auto plan = store.read({nth(1), "m", {}, {}}, store_time, std::chrono::hours{1});
  CHECK(plan.warnings.size() == 2);
  CHECK(plan.warnings.back() == "the file self is kept as self.bad-1800000000");
  CHECK(std::filesystem::exists(around / "self.bad-1800000000"));
  CHECK_FALSE(std::filesystem::exists(around / "self"));
}

TEST_CASE("the fingerprint of a machine does not tell its id") {
  const auto print = machine_fingerprint();
  CHECK((print.empty() || print.size() == 32));
  std::ifstream file{"/etc/machine-id"};
  std::string id;
  if (file >> id) CHECK(print.find(id) == print.npos);
}
