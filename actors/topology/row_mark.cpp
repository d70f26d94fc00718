#include "actors/topology/row_mark.hpp"

#include <utility>

namespace scalesmall {

std::optional<row_mark> mark_of(std::string_view group, const row& x,
                                const std::optional<stamp>& since) {
  const auto at = x.at != stamp{} ? x.at : presence_of(x).as_of;
  if (at == stamp{}) return std::nullopt;
  return row_mark{std::string{group}, x.member, at, delta_since(x, since)};
}

std::vector<row_mark> marks_of_member(const topology& t, const net_id& member) {
  std::vector<row_mark> marks;
  for (const auto& [name, group] : t.groups) {
    const auto* known = group->find(member);
    if (!known) continue;
    if (auto mark = mark_of(name, *known)) marks.push_back(std::move(*mark));
  }
  return marks;
}

std::vector<row_mark> marks_of(const std::vector<message>& rows) {
  std::vector<row_mark> marks;
  for (const auto& x : rows) {
    for (const auto& clock : x.time.clocks())
      marks.push_back({x.group_name, clock.member, clock.at, x.since.at(clock.member)});
  }
  return marks;
}

}  // namespace scalesmall
