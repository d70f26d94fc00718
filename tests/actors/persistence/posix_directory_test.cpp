#include "actors/persistence/posix_directory.hpp"

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include <doctest/doctest.h>

#include "tests/support/temporary_directory.hpp"

using namespace scalesmall;

TEST_CASE("a directory of the operating system keeps files for their owner") {
  const temporary_directory around;
  posix_directory in{around / "state"};
  REQUIRE_FALSE(in.lock());
  REQUIRE_FALSE(save(in, "self", "first"));
  REQUIRE_FALSE(save(in, "self", "second"));
  CHECK(*in.read("self", 6) == "second");
  CHECK(*in.read("self.prev", 100) == "first");
  CHECK(in.read("self", 5).error() == std::errc::file_too_large);
  CHECK(in.read("other", 5).error() == std::errc::no_such_file_or_directory);
  struct stat about {};
  REQUIRE(::stat((around / "state/self").c_str(), &about) == 0);
  CHECK((about.st_mode & 07777) == 0600);
  REQUIRE(::stat((around / "state").c_str(), &about) == 0);
  CHECK((about.st_mode & 07777) == 0700);
  CHECK(*set_aside(in, "self", std::chrono::seconds{7}) == "self.bad-7");
  CHECK_FALSE(std::filesystem::exists(around / "state/self"));
}

TEST_CASE("one directory has one owner") {
  const temporary_directory around;
  {
    posix_directory first{around / "state"};
    REQUIRE_FALSE(first.lock());
    posix_directory second{around / "state"};
    CHECK(second.lock() == std::errc::device_or_resource_busy);
  }
  posix_directory third{around / "state"};
  CHECK_FALSE(third.lock());
}

TEST_CASE("what is no directory, and what is no plain file, is refused") {
  const temporary_directory around;
  std::ofstream{around / "file"} << "no directory";
  posix_directory file{around / "file"};
  CHECK(file.lock() == std::errc::not_a_directory);
  CHECK(save(file, "self", "x") == std::errc::not_a_directory);
  posix_directory nowhere{around / "no/where"};
  CHECK(nowhere.lock() == std::errc::no_such_file_or_directory);

  posix_directory in{around / "state"};
  REQUIRE_FALSE(in.lock());
  std::filesystem::create_symlink("/etc/hostname", around / "state/self");
  CHECK_FALSE(in.read("self", 1'000));
  std::filesystem::create_directory(around / "state/peers");
  CHECK_FALSE(in.read("peers", 1'000));
  REQUIRE(::mkfifo((around / "state/pipe").c_str(), 0600) == 0);
  CHECK_FALSE(in.read("pipe", 1'000));
  std::filesystem::create_directory(around / "state/self.new");
  CHECK(save(in, "self", "x") == std::errc::is_a_directory);
}
