#include "actors/topology.hpp"

#include <algorithm>
#include <iterator>

#include "messages/limits.hpp"

namespace scalesmall {

namespace {

const message* find_group(const topology& t, std::string_view name) {
  const auto i = t.groups.find(name);
  return i == t.groups.end() ? nullptr : i->second.get();
}

/// The members whose row is newer in `mine` than `theirs` says.
std::vector<net_id> newer_rows(const world_clock& mine, const world_clock& theirs) {
  std::vector<net_id> found;
  for (const auto& clock : mine.clocks()) {
    const auto known = theirs.at(clock.member);
    if (!known || *known < clock.at) found.push_back(clock.member);
  }
  return found;
}

}  // namespace

std::vector<std::string> groups(const topology& t) {
  std::vector<std::string> names;
  names.reserve(t.groups.size());
  for (const auto& [name, group] : t.groups) names.push_back(name);
  return names;
}

std::vector<std::string> my_groups(const topology& t) {
  std::vector<std::string> names;
  for (const auto& [name, group] : t.groups) {
    const auto row = group->items.row(t.self);
    if (std::ranges::any_of(row, [](const auto& x) { return x.item.op != op::rmv; }))
      names.push_back(name);
  }
  return names;
}

std::vector<net_id> members(const topology& t, std::string_view group) {
  const auto* known = find_group(t, group);
  return known ? members(*known) : std::vector<net_id>{};
}

std::vector<timed_item> items(const topology& t, std::string_view group, std::optional<op> which) {
  std::vector<timed_item> found;
  if (const auto* known = find_group(t, group)) {
    std::ranges::copy_if(known->items.items(), std::back_inserter(found),
                         [which](const auto& x) { return !which || x.item.op == *which; });
  }
  return found;
}

message rows_of(const message& group, const std::vector<net_id>& members) {
  message rows{group.group_name, {}, {}};
  for (const auto& member : members) {
    const auto at = group.time.at(member);
    if (!at) continue;
    rows.time.advance({member, *at});
    for (const auto& x : group.items.row(member)) rows.items.put(x);
  }
  return rows;
}

std::vector<message> all_rows_of(const topology& t, const net_id& member) {
  std::vector<message> rows;
  for (const auto& [name, group] : t.groups) {
    if (group->time.at(member)) rows.push_back(rows_of(*group, {member}));
  }
  return rows;
}

digest request_digest(const topology& t, rng& random) {
  std::size_t clocks = 0;
  for (const auto& [name, group] : t.groups) clocks += group->time.clocks().size();
  digest mine{exchange::request, {}};
  if (clocks <= limits::digest_clocks_max) {
    mine.groups.reserve(t.groups.size());
    for (const auto& [name, group] : t.groups) mine.groups.push_back({name, group->time});
    return mine;
  }
  // A request speaks of everything, so that what it leaves out is lacking; a part can only ask.
  mine.stage = exchange::answer;
  auto next =
      std::next(t.groups.begin(), static_cast<std::ptrdiff_t>(random.below(t.groups.size())));
  for (std::size_t room = limits::digest_clocks_max; mine.groups.size() < t.groups.size();) {
    const auto size = next->second->time.clocks().size();
    if (size > room) break;
    room -= size;
    mine.groups.push_back({next->first, next->second->time});
    if (++next == t.groups.end()) next = t.groups.begin();
  }
  std::ranges::sort(mine.groups, {}, &group_digest::group_name);
  return mine;
}

digest question_for(const topology& t, const std::vector<message>& groups) {
  digest question{exchange::answer, {}};
  for (const auto& group : groups) {
    const auto* mine = find_group(t, group.group_name);
    question.groups.push_back({group.group_name, mine ? mine->time : world_clock{}});
  }
  return question;
}

exchange_reply reply_to(const topology& t, const digest& theirs) {
  exchange_reply reply;
  const auto answer_group = [&](const message& mine, const world_clock& known) {
    auto rows = rows_of(mine, newer_rows(mine.time, known));
    if (!rows.time.empty()) reply.rows.push_back(std::move(rows));
  };
  auto named = theirs.groups.begin();
  for (const auto& [name, group] : t.groups) {
    while (named != theirs.groups.end() && named->group_name < name) ++named;
    const bool knows = named != theirs.groups.end() && named->group_name == name;
    if (knows || theirs.stage == exchange::request)
      answer_group(*group, knows ? named->time : world_clock{});
  }
  if (theirs.stage == exchange::request) {
    for (const auto& [name, time] : theirs.groups) {
      const auto* mine = find_group(t, name);
      const auto known = mine ? mine->time : world_clock{};
      if (!newer_rows(time, known).empty()) reply.lacking.push_back({name, known});
    }
  }
  return reply;
}

}  // namespace scalesmall
