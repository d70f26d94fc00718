#include <scalesmall/multicast_options.hpp>

namespace scalesmall {

bool is_valid(const multicast_options& x) noexcept {
  const auto& group = x.group.address;
  // 224.0.0.0/4 and ff00::/8
  const bool multicast = group.is_v4() ? group.bytes[12] >> 4 == 14 : group.bytes[0] == 0xff;
  return multicast && group.is_v4() == x.interface.is_v4() && x.ttl >= 0 && x.ttl <= 255;
}

}  // namespace scalesmall
