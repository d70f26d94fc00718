#pragma once

#include <scalesmall/log.hpp>

#include <spdlog/common.h>

namespace scalesmall {

[[nodiscard]] constexpr spdlog::level::level_enum to_spdlog(log_level x) {
  switch (x) {
    case log_level::debug:
      return spdlog::level::debug;
    case log_level::info:
      return spdlog::level::info;
    case log_level::warning:
      return spdlog::level::warn;
    case log_level::error:
      return spdlog::level::err;
    case log_level::critical:
      return spdlog::level::critical;
  }
  return spdlog::level::off;
}

}  // namespace scalesmall
