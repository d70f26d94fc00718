#include "apps/config/planned_service.hpp"

#include <algorithm>
#include <span>

#include "messages/group_name.hpp"
#include "ops/verbs/assignment_commands.hpp"

namespace scalesmall {

bool add_planned_service(std::vector<planned_service>& to, std::string_view text) {
  const auto words = split_words("serve " + std::string{text});
  if (!words) return false;
  const auto verb = find_command(*words);
  if (!verb) return false;
  const auto given = parse_arguments(verb->which->pattern, std::span{*words}.subspan(verb->words));
  if (!given || is_reserved(given->group)) return false;
  if (std::ranges::find(to, given->group, &planned_service::group) != to.end()) return false;
  to.push_back({given->group, service_of(*given)});
  return true;
}

}  // namespace scalesmall
