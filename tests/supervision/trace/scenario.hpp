#pragma once

#include <optional>
#include <string>
#include <vector>

namespace scalesmall::supervision::trace {

/// One `sup` or `worker` line of a scenario together with the lines indented below it.
struct node {
  bool is_supervisor = false;
  std::string name;
  std::string strategy;  ///< this and the next two: supervisors only
  int intensity = 0;
  int period_s = 0;
  std::vector<std::string> options;
  std::vector<node> children;

  [[nodiscard]] bool has(const std::string& option) const;
  /// The value of `key=value` among the options.
  [[nodiscard]] std::optional<std::string> option(const std::string& key) const;
};

/// A supervision scenario in the language of otp_trace.
struct scenario {
  node root;
  std::vector<std::string> actions;
};

/// @throws std::invalid_argument with the line that cannot be parsed
[[nodiscard]] scenario parse_scenario(const std::string& text);

[[nodiscard]] std::vector<std::string> words(const std::string& line);

}  // namespace scalesmall::supervision::trace
