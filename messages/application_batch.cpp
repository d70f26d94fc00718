#include "messages/application_batch.hpp"

namespace scalesmall {

std::string to_string(const application_batch& x) {
  return to_string(x.id) + " for " + x.group + ", " + std::to_string(x.sizes.size()) + " of \"" +
         x.tag + "\", " + std::to_string(x.content.size()) + " bytes";
}

}  // namespace scalesmall
