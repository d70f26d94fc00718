#include "messages/message.hpp"

#include <stdexcept>

namespace scalesmall {

bool merge(message& into, const message& other) {
  if (into.group_name != other.group_name) {
    throw std::invalid_argument{"messages of different groups: " + into.group_name + ", " +
                                other.group_name};
  }
  const bool later = into.time.merge(other.time);
  return into.items.merge(other.items) || later;
}

std::vector<net_id> members(const message& x) {
  std::vector<net_id> found;
  for (const auto& i : x.items.items()) {
    const bool known = !found.empty() && found.back() == i.item.member;
    if (i.item.op != op::rmv && !known) found.push_back(i.item.member);
  }
  return found;
}

std::string to_string(const message& x) {
  return x.group_name + ' ' + to_string(x.time) + '\n' + to_string(x.items);
}

}  // namespace scalesmall
