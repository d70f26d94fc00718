#include "actors/exchange.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "messages/limits.hpp"

namespace scalesmall {

namespace {

group_digest brief_digest(const std::string& name, const group_rows& group) {
  if (group.all().size() <= clocks_per_hash) return {name, clocks_of(group)};
  return {name, {}, digest_scope::hash, group.hash()};
}

/// The rows that are newer in `mine` than `theirs` says; of these members alone if it speaks of a
/// part.
message newer_rows(const std::string& name, const group_rows& mine, const group_digest& theirs) {
  message told{name, {}, {}};
  auto known = theirs.time.clocks();
  for (const auto& x : mine.all()) {
    while (!known.empty() && known.front().member < x->member) known = known.subspan(1);
    const bool named = !known.empty() && known.front().member == x->member;
    if (!named && theirs.scope == digest_scope::part) continue;
    const auto at = named ? known.front().at : stamp{};
    if (at < x->at) append_row(told, *x, at);
  }
  return told;
}

/// What to ask for: the members whose row is newer there, with the clocks of `mine`.
world_clock older_clocks(const group_rows* mine, const world_clock& theirs) {
  world_clock older;
  for (const auto& clock : theirs.clocks()) {
    const auto* known = mine ? mine->find(clock.member) : nullptr;
    const auto at = known ? known->at : stamp{};
    if (at < clock.at) older.advance({clock.member, at});
  }
  return older;
}

}  // namespace

digest request_digest(const topology& t, rng& random) {
  digest mine{exchange::request, {}, t.groups.size() <= groups_per_request};
  mine.groups.reserve(std::min(t.groups.size(), groups_per_request));
  if (mine.all_groups) {
    for (const auto& [name, group] : t.groups) mine.groups.push_back(brief_digest(name, *group));
    return mine;
  }
  auto next =
      std::next(t.groups.begin(), static_cast<std::ptrdiff_t>(random.below(t.groups.size())));
  while (mine.groups.size() < groups_per_request) {
    mine.groups.push_back(brief_digest(next->first, *next->second));
    if (++next == t.groups.end()) next = t.groups.begin();
  }
  std::ranges::sort(mine.groups, {}, &group_digest::group_name);
  return mine;
}

exchange_reply reply_to(const topology& t, const digest& theirs) {
  exchange_reply reply;
  std::size_t clocks = 0;
  const auto ask = [&](const std::string& name, world_clock time, digest_scope scope) {
    clocks += time.clocks().size();
    if (clocks <= limits::digest_clocks_max)
      reply.lacking.push_back({name, std::move(time), scope});
  };
  const auto tell = [&](const std::string& name, const group_rows& mine,
                        const group_digest& known) {
    if (auto rows = newer_rows(name, mine, known); !rows.time.empty())
      reply.rows.push_back(std::move(rows));
  };
  for (const auto& group : theirs.groups) {
    const auto* mine = find_group(t, group.group_name);
    if (group.scope == digest_scope::hash) {
      if (!mine || mine->hash() != group.hash)
        ask(group.group_name, mine ? clocks_of(*mine) : world_clock{}, digest_scope::whole);
      continue;
    }
    if (mine) tell(group.group_name, *mine, group);
    if (auto older = older_clocks(mine, group.time); !older.empty())
      ask(group.group_name, std::move(older), digest_scope::part);
  }
  if (!theirs.all_groups) return reply;
  auto named = theirs.groups.begin();
  for (const auto& [name, mine] : t.groups) {
    while (named != theirs.groups.end() && named->group_name < name) ++named;
    if (named == theirs.groups.end() || named->group_name != name)
      tell(name, *mine, group_digest{name});
  }
  std::ranges::sort(reply.rows, {}, &message::group_name);
  return reply;
}

bool agrees(const topology& t, const digest& theirs) {
  const auto reply = reply_to(t, theirs);
  return reply.rows.empty() && reply.lacking.empty();
}

}  // namespace scalesmall
