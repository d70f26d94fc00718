#include "messages/broadcast_id.hpp"

namespace scalesmall {

std::string to_string(const broadcast_id& x) {
  return to_string(x.origin) + '#' + std::to_string(x.seqno);
}

}  // namespace scalesmall
