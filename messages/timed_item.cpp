#include <scalesmall/timed_item.hpp>

namespace scalesmall {

std::string to_string(const timed_item& x) {
  return to_string(x.item) + " clock " + to_string(x.at);
}

}  // namespace scalesmall
