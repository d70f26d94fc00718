#pragma once

#include <memory>
#include <scalesmall/log.hpp>
#include <string_view>
#include <utility>

#include "actors/listeners.hpp"

namespace scalesmall {

/// Those that are told all lines of a node's log, also those that the program leaves out.
using log_listeners = listeners<log_level, std::string_view>;

/// A log that others hear, too. Without a function there is no log, so that nothing is formatted.
[[nodiscard]] inline log_function shared_with(const std::shared_ptr<log_listeners>& others,
                                              log_function out) {
  if (!out) return out;
  return [others, to = std::move(out)](log_level level, std::string_view text) {
    to(level, text);
    others->tell(level, text);
  };
}

}  // namespace scalesmall
