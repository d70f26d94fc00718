#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <scalesmall/log.hpp>
#include <scalesmall/time.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace scalesmall {

/// Makes the lines of a node's log and hands them to the program's function. A form has a `{}` for
/// each value; without a function nothing is formatted. With a clock a line that repeats itself is
/// written once a minute, with the number of times that it was not. Any thread.
class logger {
public:
  /// Logs nothing.
  logger() = default;

  explicit logger(log_function out, std::function<time_point()> now = {})
      : out_(std::move(out)), now_(std::move(now)), repeated_(std::make_unique<repeated_lines>()) {}

  template <class... Values>
  void log(log_level level, std::string_view form, const Values&... values) const {
    if (out_) write(level, form, {text(values)...});
  }

  template <class... Values>
  void debug(std::string_view form, const Values&... values) const {
    log(log_level::debug, form, values...);
  }
  template <class... Values>
  void info(std::string_view form, const Values&... values) const {
    log(log_level::info, form, values...);
  }
  template <class... Values>
  void warn(std::string_view form, const Values&... values) const {
    log(log_level::warning, form, values...);
  }
  template <class... Values>
  void error(std::string_view form, const Values&... values) const {
    log(log_level::error, form, values...);
  }
  template <class... Values>
  void critical(std::string_view form, const Values&... values) const {
    log(log_level::critical, form, values...);
  }

private:
  static std::string text(std::string_view x) { return std::string{x}; }
  static std::string text(std::integral auto x) { return std::to_string(x); }

  void write(log_level level, std::string_view form,
             std::initializer_list<std::string> values) const;

  struct repeated_lines {
    struct entry {
      time_point written{};
      std::size_t left_out = 0;
    };
    std::mutex mutex;
    std::map<std::string, entry> lines;
  };

  /// Whether to write the line now; if so, it ends with the number of those left out before.
  bool is_due(std::string& line) const;

  log_function out_;
  std::function<time_point()> now_;
  std::unique_ptr<repeated_lines> repeated_;
};

}  // namespace scalesmall
