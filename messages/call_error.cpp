#include <scalesmall/call_error.hpp>

namespace scalesmall {

std::string_view to_string(call_error x) noexcept {
  switch (x) {
    case call_error::invalid_argument:
      return "invalid_argument";
    case call_error::not_found:
      return "not_found";
    case call_error::limit_exceeded:
      return "limit_exceeded";
    case call_error::unavailable:
      return "unavailable";
    case call_error::timeout:
      return "timeout";
    case call_error::unknown_group:
      return "unknown_group";
  }
  return "internal";
}

}  // namespace scalesmall
