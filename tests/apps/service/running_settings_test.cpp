#include "apps/service/running_settings.hpp"

#include <memory>
#include <scalesmall/runtime.hpp>

#include <doctest/doctest.h>

namespace scalesmall {

namespace {

/// The settings of a node that runs, and the options that are read next.
struct settings_of_node {
  settings_of_node() {
    config.listen.port = 0;
    config.multicast = false;
    running.emplace(*runtime::start(config));
    given.mode = program_mode::node;
    next = given;
    settings = std::make_unique<running_settings>(
        given, [this] { return result<options, bad_options>{next}; }, running->host(), log);
  }

  node_config config;
  std::optional<runtime> running;
  options given;
  options next;
  std::shared_ptr<spdlog::logger> log = std::make_shared<spdlog::logger>("test");
  std::unique_ptr<running_settings> settings;
};

}  // namespace

TEST_CASE_FIXTURE(settings_of_node, "a level of the log for a time outlasts a reload of others") {
  log->set_level(spdlog::level::info);
  const auto put_back = settings->set_log_level(spdlog::level::debug);
  CHECK(log->level() == spdlog::level::debug);
  REQUIRE(settings->reload());
  CHECK(log->level() == spdlog::level::debug);
  put_back();
  CHECK(log->level() == spdlog::level::info);
}

TEST_CASE_FIXTURE(settings_of_node, "a level that a reload takes stands when the other is over") {
  log->set_level(spdlog::level::info);
  const auto put_back = settings->set_log_level(spdlog::level::debug);
  next.log_level = "warning";
  next.given["log-level"] = "warning";
  REQUIRE(settings->reload());
  CHECK(log->level() == spdlog::level::warn);
  put_back();
  CHECK(log->level() == spdlog::level::warn);
}

}  // namespace scalesmall
