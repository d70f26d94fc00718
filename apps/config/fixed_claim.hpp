#pragma once

#include <scalesmall/node_config.hpp>
#include <string_view>
#include <vector>

namespace scalesmall {

/// Reads "GROUP A..B PORT" and adds it. The group's name may have blanks in it. False if the text
/// is another one.
[[nodiscard]] bool add_fixed_claim(std::vector<node_config::fixed_claim>& to,
                                   std::string_view text);

}  // namespace scalesmall
