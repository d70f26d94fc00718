#pragma once

#include <scalesmall/serve_options.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace scalesmall {

/// A group of which a node serves a part by plan from its start on.
struct planned_service {
  std::string group;
  serve_options how;

  friend bool operator==(const planned_service&, const planned_service&) = default;
};

/// Reads the words that follow the command `serve` in the shell, and adds them. False if the text
/// is another one, or about a group that is among them already.
[[nodiscard]] bool add_planned_service(std::vector<planned_service>& to, std::string_view text);

}  // namespace scalesmall
