#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <scalesmall/node.hpp>
#include <string>
#include <vector>

#include <spdlog/logger.h>

#include "apps/config/options.hpp"
#include "ops/hosted_node.hpp"

namespace scalesmall {

/// The level of the log of a program with these options.
[[nodiscard]] spdlog::level::level_enum level_of(const options& given);

/// What a node that runs takes anew of its program's settings. Any thread; one call waits for the
/// other.
class running_settings {
public:
  /// @param given  the options that the node was started with
  /// @param read   reads them again
  /// @param host   must outlive this object
  running_settings(options given, std::function<result<options, bad_options>()> read, node& host,
                   std::shared_ptr<spdlog::logger> log);

  /// Reads key file, seeds and log level again. Logs each change and returns them all, one line
  /// each. The error is a sentence, which is logged, too; nothing is changed then.
  result<std::vector<std::string>, std::string> reload();

  /// What the verbs ask of the program. This object must outlive them.
  [[nodiscard]] program_calls calls();

  /// Sets the level of the log; the function that is returned puts the former one back, unless a
  /// reload has taken another one since.
  [[nodiscard]] std::function<void()> set_log_level(spdlog::level::level_enum level);

  /// Writes a ring into the key file. The error is a sentence; the file is as it was then.
  result<done, std::string> save_keys(const key_ring& keys);

private:
  result<std::vector<std::string>, std::string> take();

  std::mutex mutex_;
  options given_;
  std::uint64_t levels_taken_ = 0;  // by reloads
  std::function<result<options, bad_options>()> read_;
  node& host_;
  std::shared_ptr<spdlog::logger> log_;
};

}  // namespace scalesmall
