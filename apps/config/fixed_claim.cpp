#include "apps/config/fixed_claim.hpp"

#include "messages/group_name.hpp"
#include "messages/number.hpp"

namespace scalesmall {

bool add_fixed_claim(std::vector<node_config::fixed_claim>& to, std::string_view text) {
  const auto second = text.find_last_of(' ');
  if (second == text.npos || second == 0) return false;
  const auto first = text.find_last_of(' ', second - 1);
  if (first == text.npos) return false;
  const auto group = text.substr(0, first);
  const auto ends = text.substr(first + 1, second - first - 1);
  const auto dots = ends.find("..");
  if (dots == ends.npos || !is_group_name(group) || is_reserved(group)) return false;
  const auto range = parse_key_range(ends.substr(0, dots), ends.substr(dots + 2));
  const auto port = parse_number<std::uint16_t>(text.substr(second + 1));
  if (!range || !port || *port == 0) return false;
  to.push_back({std::string{group}, *range, *port});
  return true;
}

}  // namespace scalesmall
