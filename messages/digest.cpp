#include "messages/digest.hpp"

namespace scalesmall {

std::string_view to_string(exchange x) noexcept {
  switch (x) {
    case exchange::request:
      return "request";
    case exchange::answer:
      return "answer";
    case exchange::push:
      return "push";
  }
  return "unknown";
}

}  // namespace scalesmall
