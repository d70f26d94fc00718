#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "apps/config/options.hpp"

namespace scalesmall {

/// A configuration file with every setting, all commented out.
[[nodiscard]] std::string example_config();

/// The document that a command line asks for: `man [1|5]`, `completion bash|zsh` or
/// `example-config`. Nothing if it asks for something else. The error is a sentence.
[[nodiscard]] std::optional<result<std::string, bad_options>> document(
    std::span<const std::string_view> arguments);

}  // namespace scalesmall
