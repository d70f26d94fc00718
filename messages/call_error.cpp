#include <array>
#include <scalesmall/call_error.hpp>

namespace scalesmall {

std::string_view to_string(call_error x) noexcept {
  constexpr std::array<std::string_view, 9> names{"internal",       "invalid_argument", "not_found",
                                                  "limit_exceeded", "unavailable",      "timeout",
                                                  "unknown_group",  "not_kept",         "no_state"};
  const auto index = static_cast<std::size_t>(x);
  return names[index < names.size() ? index : 0];
}

}  // namespace scalesmall
