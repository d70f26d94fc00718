#include <scalesmall/local_clock.hpp>

namespace scalesmall {

std::string to_string(const stamp& x) {
  return std::to_string(x.incarnation) + '.' + std::to_string(x.counter);
}

std::string to_string(const local_clock& x) { return to_string(x.member) + '@' + to_string(x.at); }

}  // namespace scalesmall
