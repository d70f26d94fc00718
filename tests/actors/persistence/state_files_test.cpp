#include "actors/persistence/state_files.hpp"

#include <doctest/doctest.h>

#include "tests/actors/persistence/fake_directory.hpp"

using namespace scalesmall;
using torn = fake_directory::torn;

namespace {

constexpr torn all_ways[] = {torn::whole, torn::half, torn::empty, torn::nul};
const std::error_code disk_full = std::make_error_code(std::errc::no_space_on_device);
const std::error_code power_gone = std::make_error_code(std::errc::io_error);

/// A directory in which "first" and then "second" were saved.
void save_two(fake_directory& in) {
  REQUIRE_FALSE(save(in, "self", "first"));
  REQUIRE_FALSE(save(in, "self", "second"));
}

std::size_t operations_of_a_save() {
  fake_directory in;
  save_two(in);
  const auto before = in.operations;
  REQUIRE_FALSE(save(in, "self", "third"));
  return in.operations - before;
}

}  // namespace

TEST_CASE("a saved file holds the new content, and the former one stays beside it") {
  fake_directory in;
  save_two(in);
  CHECK(in.content() == fake_directory::files{{"self", "second"}, {"self.prev", "first"}});
}

TEST_CASE("a disk that takes a few bytes at a time gets all of them") {
  fake_directory in;
  in.append_max = 2;
  save_two(in);
  CHECK(in.content().at("self") == "second");
}

TEST_CASE("a disk that takes nothing is full") {
  fake_directory in;
  save_two(in);
  in.append_max = 0;
  CHECK(save(in, "self", "third") == disk_full);
  CHECK(in.content() == fake_directory::files{{"self", "second"}, {"self.prev", "first"}});
}

TEST_CASE("what was saved outlives the loss of power") {
  fake_directory in;
  save_two(in);
  REQUIRE(in.choices() == 1);
  for (const auto how : all_ways) {
    CHECK(in.power_cut(0, how).at("self") == "second");
    CHECK(in.power_cut(0, how).at("self.prev") == "first");
  }
}

TEST_CASE("a loss of power before any operation of a save leaves the former or the new content") {
  std::size_t cuts = 0;
  for (std::size_t at = 0; at < operations_of_a_save(); ++at) {
    fake_directory in;
    save_two(in);
    const auto cut = in.operations + at;
    in.fails = [cut](std::size_t n) { return n < cut ? std::error_code{} : power_gone; };
    static_cast<void>(save(in, "self", "third"));
    for (std::size_t choice = 0; choice < in.choices(); ++choice) {
      for (const auto how : all_ways) {
        CAPTURE(at);
        CAPTURE(choice);
        const auto left = in.power_cut(choice, how);
        REQUIRE(left.contains("self"));
        CHECK((left.at("self") == "second" || left.at("self") == "third"));
        ++cuts;
      }
    }
  }
  CHECK(cuts > 100);
}

TEST_CASE("an error at any operation of a save leaves a whole file, and the next save works") {
  std::size_t failed = 0;
  for (std::size_t at = 0; at < operations_of_a_save(); ++at) {
    CAPTURE(at);
    fake_directory in;
    save_two(in);
    const auto bad = in.operations + at;
    in.fails = [bad](std::size_t n) { return n == bad ? disk_full : std::error_code{}; };
    const auto outcome = save(in, "self", "third");
    failed += outcome ? 1 : 0;
    CHECK((in.content().at("self") == "second" || in.content().at("self") == "third"));
    if (!outcome) CHECK(in.content().at("self") == "third");
    REQUIRE_FALSE(save(in, "self", "fourth"));
    CHECK(in.power_cut(0, torn::empty).at("self") == "fourth");
  }
  // Only the second copy is not needed.
  CHECK(failed == operations_of_a_save() - 2);
}

TEST_CASE("a file that is set aside is there under another name") {
  fake_directory in;
  in.put("self", "what?");
  CHECK(*set_aside(in, "self", std::chrono::seconds{1'800'000'000}) == "self.bad-1800000000");
  CHECK(in.content() == fake_directory::files{{"self.bad-1800000000", "what?"}});
  CHECK(in.choices() == 1);
  CHECK(set_aside(in, "self", std::chrono::seconds{1}).error() ==
        std::errc::no_such_file_or_directory);
}
