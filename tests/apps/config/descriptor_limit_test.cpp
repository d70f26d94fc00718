#include "apps/config/descriptor_limit.hpp"

#include <algorithm>
#include <sys/resource.h>

#include <doctest/doctest.h>

using namespace scalesmall;

TEST_CASE("the limit of open files rises as far as allowed and never falls") {
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const auto most = std::min<rlim_t>(descriptors_wanted, before.rlim_max);
  for (const auto soft : {most / 2, before.rlim_cur}) {
    const rlimit given{soft, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &given) == 0);
    CHECK(raise_descriptor_limit() == std::max(soft, most));
    rlimit now{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &now) == 0);
    CHECK(now.rlim_cur == std::max(soft, most));
    CHECK(now.rlim_max == before.rlim_max);
  }
  CHECK(::setrlimit(RLIMIT_NOFILE, &before) == 0);
}
